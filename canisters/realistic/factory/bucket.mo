import Cycles "mo:core/Cycles";
import Map "mo:core/Map";
import Text "mo:core/Text";

/// One of the canisters that the factory creates.
shared ({ caller = factory }) persistent actor class Bucket(label_ : Text, capacity : Nat) {
    let name = label_;
    transient let limit = capacity;
    let items = Map.empty<Text, Text>();

    public shared ({ caller }) func put(key : Text, value : Text) : async Bool {
        assert caller == factory;
        if (Map.size(items) >= limit) return false;
        Map.add(items, Text.compare, key, value);
        true;
    };

    public query func get(key : Text) : async ?Text { Map.get(items, Text.compare, key) };

    public query func info() : async { name : Text; limit : Nat; size : Nat; cycles : Nat; factory : Principal } {
        { name; limit; size = Map.size(items); cycles = Cycles.balance(); factory };
    };

    public func take() : async Nat { Cycles.accept<system>(Cycles.available()) };
};
