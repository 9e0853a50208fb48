"""The night batch: inbox, claims, window, workers, case folders, morning report. The work itself; no schedules, no Prefect."""
