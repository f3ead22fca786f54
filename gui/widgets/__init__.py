"""Small parts that several rooms are built of. They know no room."""
