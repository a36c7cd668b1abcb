import Array "mo:core/Array";
import Map "mo:core/Map";
import Text "mo:core/Text";

/// Upgrade hooks as they were written before maps could be stable: the working state is packed before an upgrade.
persistent actor Classic {
    var packed : [(Text, Nat)] = [];
    transient let words = Map.fromIter<Text, Nat>(packed.values(), Text.compare);
    transient var refuse = false;

    public func count(word : Text) : async Nat {
        let n = switch (Map.get(words, Text.compare, word)) { case (?n) n + 1; case null 1 };
        Map.add(words, Text.compare, word, n);
        n;
    };

    public query func all() : async [(Text, Nat)] { Map.toArray(words) };

    public query func kept() : async Nat { packed.size() };

    /// From now on an upgrade fails in its hook, as it does when packing runs out of instructions.
    public func refuseUpgrades() : async () { refuse := true };

    system func preupgrade() {
        assert not refuse;
        packed := Map.toArray(words);
    };

    system func postupgrade() { packed := Array.empty() };
};
