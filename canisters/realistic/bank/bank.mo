import Array "mo:core/Array";
import Blob "mo:core/Blob";
import Map "mo:core/Map";
import Nat8 "mo:core/Nat8";
import Principal "mo:core/Principal";

/// A bank that credits what users send to their own subaccount of the ledger.
persistent actor class Bank(ledgerId : Principal) = this {
    type Account = { owner : Principal; subaccount : ?Blob };
    type TransferArg = {
        from_subaccount : ?Blob;
        to : Account;
        amount : Nat;
        fee : ?Nat;
        memo : ?Blob;
        created_at_time : ?Nat64;
    };
    type Ledger = actor {
        icrc1_balance_of : shared query Account -> async Nat;
        icrc1_transfer : TransferArg -> async { #Ok : Nat; #Err };
    };

    transient let FEE = 10;
    let ledger : Ledger = Principal.toActor(ledgerId);
    let book = Map.empty<Principal, Nat>();

    func creditOf(owner : Principal) : Nat {
        switch (Map.get(book, Principal.compare, owner)) { case (?amount) amount; case null 0 };
    };

    /// The subaccount of a user: the length of the principal, its bytes, zeros.
    func subaccountOf(owner : Principal) : Blob {
        let bytes = Blob.toArray(Principal.toBlob(owner));
        func at(i : Nat) : Nat8 {
            if (i == 0) Nat8.fromNat(bytes.size()) else if (i <= bytes.size()) bytes[i - 1] else 0;
        };
        Blob.fromArray(Array.tabulate<Nat8>(32, at));
    };

    func pay(from_subaccount : ?Blob, to : Account, amount : Nat) : async* Bool {
        let arg = { from_subaccount; to; amount; fee = ?FEE; memo = null; created_at_time = null };
        try { switch (await ledger.icrc1_transfer(arg)) { case (#Ok _) true; case (#Err) false } } catch _ { false };
    };

    public shared ({ caller }) func deposit_counted() : async Nat {
        let from = subaccountOf(caller);
        let held = await ledger.icrc1_balance_of({ owner = Principal.fromActor(this); subaccount = ?from });
        if (held <= FEE) return 0;
        // Another deposit of the same caller has counted the same tokens, if it asked before they were moved.
        Map.add(book, Principal.compare, caller, creditOf(caller) + held - FEE);
        ignore await* pay(?from, { owner = Principal.fromActor(this); subaccount = null }, held - FEE);
        held - FEE;
    };

    public shared ({ caller }) func deposit_swept() : async Nat {
        let from = subaccountOf(caller);
        let held = await ledger.icrc1_balance_of({ owner = Principal.fromActor(this); subaccount = ?from });
        if (held <= FEE) return 0;
        // The ledger moves the same tokens once only.
        let moved = await* pay(?from, { owner = Principal.fromActor(this); subaccount = null }, held - FEE);
        if (not moved) return 0;
        Map.add(book, Principal.compare, caller, creditOf(caller) + held - FEE);
        held - FEE;
    };

    public shared ({ caller }) func withdraw(amount : Nat) : async Bool {
        if (amount <= FEE or creditOf(caller) < amount) return false;
        Map.add(book, Principal.compare, caller, creditOf(caller) - amount : Nat);
        let paid = await* pay(null, { owner = caller; subaccount = null }, amount - FEE);
        if (not paid) Map.add(book, Principal.compare, caller, creditOf(caller) + amount);
        paid;
    };

    public query func credit_of(owner : Principal) : async Nat { creditOf(owner) };

    public query func credits() : async Nat { Map.foldLeft<Principal, Nat, Nat>(book, 0, func(sum, _, n) = sum + n) };
};
