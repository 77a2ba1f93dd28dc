"""Who may act for whom (代理): one role, from one day to another, for all subjects or some.

Takes: the ledger's tables, and delegations that a principal or an administrator grants.
Gives: a register; `DelegationRegister.find_delegation` is what `Ledger(delegations=…)` asks.
May assume: the host has authenticated who grants; the roles they hold are what it says.
Refuses: what was itself delegated, an agent who is no other person, a period without a near end.
"""

from .model import Delegation, GrantedDelegation
from .register import DelegationRegister

__all__ = ["Delegation", "DelegationRegister", "GrantedDelegation"]
