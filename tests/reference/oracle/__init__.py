"""The model of docs/odd.md as plain Mesa agents: what the engine in ``sim`` is held against.

Numbers in brackets are sections of docs/odd.md. Of the engine it shares the parameters, the draws and
the contract with the institutions, and nothing else.
"""

from oracle.model import AgentMarket

__all__ = ["AgentMarket"]
