"""Five sheets for a council: problem, what others did, cost, failures and risks, proposal."""
