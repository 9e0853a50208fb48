"""What leaves a dossier: copies for those who may have them (rules 4 and 6), and everything held on one person.

The room stands beside the stages, above the page and the minutes: it needs the page to lock it, the minutes to
pseudonymise them, and the dossier to log every release and every refusal.
"""
