import Iter "mo:core/Iter";
import List "mo:core/List";
import Map "mo:core/Map";
import Nat "mo:core/Nat";
import Order "mo:core/Order";
import Principal "mo:core/Principal";
import PureMap "mo:core/pure/Map";

/// A token with its holders in a mutable map, its freezes in an immutable one and its history in a list.
shared ({ caller = owner }) persistent actor class Token(reason : Text) {
    type Event = { #mint : (Principal, Nat); #move : { from : Principal; to : Principal; amount : Nat } };

    let holders = Map.empty<Principal, Nat>();
    var frozen = PureMap.empty<Principal, Text>();
    let history = List.empty<Event>();
    let upgrades = List.singleton<Text>("init: " # reason);
    /// Starts anew with every version.
    transient var moves = 0;

    func balanceOf(who : Principal) : Nat {
        switch (Map.get(holders, Principal.compare, who)) { case (?amount) amount; case null 0 };
    };

    public shared ({ caller }) func mint(to : Principal, amount : Nat) : async () {
        // Guard: only who installed the token makes more of it.
        assert caller == owner;
        Map.add(holders, Principal.compare, to, balanceOf(to) + amount);
        List.add(history, #mint(to, amount));
    };

    public shared ({ caller }) func move(to : Principal, amount : Nat) : async { #ok; #err : Text } {
        switch (PureMap.get(frozen, Principal.compare, caller)) {
            case (?reason) return #err("frozen: " # reason);
            case null {};
        };
        let balance = balanceOf(caller);
        if (balance < amount) return #err("balance " # Nat.toText(balance));
        if (balance == amount) {
            Map.remove(holders, Principal.compare, caller);
        } else {
            Map.add(holders, Principal.compare, caller, balance - amount : Nat);
        };
        Map.add(holders, Principal.compare, to, balanceOf(to) + amount);
        List.add(history, #move { from = caller; to; amount });
        moves += 1;
        #ok;
    };

    public shared ({ caller }) func freeze(who : Principal, reason : Text) : async () {
        assert caller == owner;
        frozen := PureMap.add(frozen, Principal.compare, who, reason);
    };

    /// Holders with the largest balances.
    public query func top(count : Nat) : async [(Principal, Nat)] {
        func larger(a : (Principal, Nat), b : (Principal, Nat)) : Order.Order { Nat.compare(b.1, a.1) };
        Map.entries(holders) |> Iter.sort(_, larger) |> Iter.take(_, count) |> Iter.toArray(_);
    };

    public query func supply() : async Nat { Map.foldLeft<Principal, Nat, Nat>(holders, 0, func(sum, _, n) = sum + n) };

    public query func size() : async Nat { Map.size(holders) };

    public query func events(start : Nat, length : Nat) : async [Event] {
        List.values(history) |> Iter.drop(_, start) |> Iter.take(_, length) |> Iter.toArray(_);
    };

    public query func log() : async [Text] { List.toArray(upgrades) };

    system func preupgrade() { List.add(upgrades, "before: " # Nat.toText(moves) # " moves") };

    system func postupgrade() {
        assert reason != "refuse";
        List.add(upgrades, "after: " # reason);
    };
};
