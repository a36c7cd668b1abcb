import Cycles "mo:core/Cycles";
import Error "mo:core/Error";
import List "mo:core/List";
import Nat "mo:core/Nat";
import Principal "mo:core/Principal";
import Bucket "bucket";

/// Creates canisters from an actor class, fills them, gives them cycles, and changes their code.
persistent actor class Factory() = this {
    transient let ic : actor {
        create_canister : { settings : ?{ controllers : ?[Principal]; freezing_threshold : ?Nat } } -> async { canister_id : Principal };
        canister_status : { canister_id : Principal } -> async { status : { #running; #stopping; #stopped }; cycles : Nat };
        stop_canister : { canister_id : Principal } -> async ();
        delete_canister : { canister_id : Principal } -> async ();
    } = actor "aaaaa-aa";
    let buckets = List.empty<Bucket.Bucket>();

    public func open(capacity : Nat, cycles : Nat) : async Principal {
        let number = List.size(buckets);
        let bucket = await (with cycles) Bucket.Bucket("bucket " # Nat.toText(number), capacity);
        List.add(buckets, bucket);
        Principal.fromActor(bucket);
    };

    /// With settings and an id that was created before.
    public func openOn(capacity : Nat, cycles : Nat) : async Principal {
        let controllers = ?[Principal.fromActor(this)];
        let settings = ?{ controllers; freezing_threshold = ?1_000 };
        let { canister_id } = await (with cycles) ic.create_canister({ settings });
        let bucket = await (system Bucket.Bucket)(#install canister_id)("on " # Nat.toText(capacity), capacity);
        List.add(buckets, bucket);
        canister_id;
    };

    public func put(number : Nat, key : Text, value : Text) : async Bool {
        await List.at(buckets, number).put(key, value);
    };

    /// New code and a new capacity; what is in the bucket stays.
    public func enlarge(number : Nat, capacity : Nat) : async () {
        ignore await (system Bucket.Bucket)(#upgrade(List.at(buckets, number)))("not used", capacity);
    };

    /// The same canister, empty again.
    public func empty(number : Nat, capacity : Nat) : async () {
        ignore await (system Bucket.Bucket)(#reinstall(List.at(buckets, number)))("emptied", capacity);
    };

    public func feed(number : Nat, cycles : Nat) : async (taken : Nat, refunded : Nat) {
        let taken = await (with cycles) List.at(buckets, number).take();
        (taken, Cycles.refunded());
    };

    public func close(number : Nat) : async Text {
        let canister_id = Principal.fromActor(List.at(buckets, number));
        await ic.stop_canister({ canister_id });
        let { status } = await ic.canister_status({ canister_id });
        await ic.delete_canister({ canister_id });
        try { ignore await List.at(buckets, number).get("x"); "still there" } catch e {
            debug_show status # ", then " # debug_show Error.code(e);
        };
    };

    /// More cycles than there are: what the caller learns.
    public func overspend() : async Text {
        try { ignore await open(1, Cycles.balance() * 2); "opened" } catch e {
            debug_show Error.code(e);
        };
    };

    public query func balance() : async Nat { Cycles.balance() };
};
