"""Why a network answers as it does: cells, receptive fields, evidence, familiarity, exciting patches."""
