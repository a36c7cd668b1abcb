import Map "mo:core/Map";
import Text "mo:core/Text";

/// The ledger of the vault rows: it never lacks funds and fails only on demand (`fail_next`) or by an injected fault.
/// No method awaits: a transfer is one segment, so it is paid or not paid, never half.
persistent actor class Ledger(initial : Int) {
    let funds : Int = initial;
    var paidOut : Int = 0;
    var payments : Nat = 0;
    var failures : Nat = 0;
    let accounts = Map.empty<Text, Int>();

    func paidTo(account : Text) : Int {
        switch (Map.get(accounts, Text.compare, account)) {
            case (?amount) amount;
            case null 0;
        };
    };

    public func transfer(to : Text, amount : Int) : async { #ok : Nat; #err : Text } {
        if (failures > 0) {
            failures -= 1;
            return #err "failed on demand";
        };
        if (amount < 0) return #err "negative amount";
        if (amount > funds - paidOut) return #err "insufficient treasury";

        paidOut += amount;
        Map.add(accounts, Text.compare, to, paidTo(to) + amount);
        payments += 1;
        #ok(payments - 1);
    };

    public func fail_next(count : Nat) : async () { failures := count };

    public query func paid() : async Int { paidOut };

    public query func paid_to(account : Text) : async Int { paidTo(account) };

    public query func treasury() : async Int { funds };

    public query func balance() : async Int { funds - paidOut };
};
