import Error "mo:core/Error";
import List "mo:core/List";
import Principal "mo:core/Principal";
import Runtime "mo:core/Runtime";

/// Canister A: a message commits at its end and at each await, and a trap undoes what came after the last commit only.
///
/// Each method stands whole, with B as an argument. The comment in a body marks the line that makes the difference.
persistent actor CommitPoints {
    type Bar = actor { bar : () -> async Bool };
    type Callee = actor {
        increment_y : () -> async ();
        increment_y_trap : () -> async ();
        increment_y_reject : () -> async ();
        increment_y_late_trap : (third : Principal) -> async ();
        increment : () -> async ();
        log : (line : Text) -> async ();
    };
    type TransferResult = { #ok : Nat; #err : Text };
    type Ledger = actor { transfer : (to : Text, amount : Int) -> async TransferResult };
    type Result = { #ok; #err : Text };

    var x : Nat = 0;
    var balance : Int = 100;
    var catches : Nat = 0;
    var finallys : Nat = 0;
    let lines = List.empty<Text>();

    // ---- "Asynchronous Execution": without a call ----

    /// Row `atomic-increment`: one message, one commit. Nobody sees 1.
    public func double_increment() : async Bool {
        x += 1;
        x += 1;
        true;
    };

    /// Row `atomic-trap`: nothing was committed yet, so nothing is kept.
    public func double_increment_trap() : async Bool {
        x += 1;
        x += 1;
        assert false;
        true;
    };

    // ---- "Asynchronous Execution": with calls ----

    /// Row `trap-after-await`. Breaks: the first increment was committed by the await, B's by its reply.
    public func trap_after_await(b : Principal) : async Bool {
        let callee : Bar = Principal.toActor(b);
        x += 1;
        let ok = await callee.bar();
        assert false;
        ok;
    };

    /// Row `trap-before-await`. The same with the trap before the commit point: nothing is kept, and B hears nothing.
    public func trap_before_await(b : Principal) : async Bool {
        let callee : Bar = Principal.toActor(b);
        x += 1;
        assert false;
        let ok = await callee.bar();
        ok;
    };

    /// Rows `commit-points` and `missing-method`. Goes on when the call fails, as published.
    public func foo(b : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        // Commit point of A. The next one is B's, when it replies; the last one A's, at the end.
        let answer = try { await callee.increment_y(); "reply" } catch error { told(error) };
        x += 2;
        answer;
    };

    /// Row `callee-trap`: `foo`, and B traps.
    public func foo_callee_trap(b : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        let answer = try { await callee.increment_y_trap(); "reply" } catch error { told(error) };
        x += 2;
        answer;
    };

    /// Row `callee-reject`: `foo`, and B rejects.
    public func foo_callee_reject(b : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        let answer = try { await callee.increment_y_reject(); "reply" } catch error { told(error) };
        x += 2;
        answer;
    };

    /// Row `callee-late-trap`: `foo`, and B traps after a call of its own, to C.
    public func foo_callee_late_trap(b : Principal, c : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        let answer = try { await callee.increment_y_late_trap(c); "reply" } catch error { told(error) };
        x += 2;
        answer;
    };

    /// Row `trap-after-second-write`. Breaks: the trap undoes the second write only.
    public func foo_trap(b : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        await callee.increment_y();
        x += 2;
        assert false;
        "reply";
    };

    /// Row `two-calls`: each call adds two messages.
    public func foo_two_calls(b : Principal) : async Text {
        let callee : Callee = Principal.toActor(b);
        x += 1;
        await callee.increment_y();
        x += 2;
        await callee.increment_y();
        "reply";
    };

    // ---- A trap in a callback, and who cleans up ----

    /// Row `callback-trap-catch`: a trap in the callback runs `finally`, not `catch`. The funds stay reserved, and were paid.
    public shared ({ caller }) func withdraw_callback_trap(amount : Int, ledgerId : Principal) : async Bool {
        let ledger : Ledger = Principal.toActor(ledgerId);
        if (balance < amount) return false;
        balance -= amount;
        try {
            ignore await ledger.transfer(Principal.toText(caller), amount);
            Runtime.trap("the callback traps");
        } catch error {
            // Only of a transfer that was rejected: Motoko's `catch` does not see a trap of its own message.
            catches += 1;
            balance += amount;
            throw error;
        } finally { finallys += 1 };
    };

    /// Row `callback-trap-catch/fixed`. Motoko has no rejection by the cleanup to test for.
    public shared ({ caller }) func withdraw_callback_trap_fixed(amount : Int, ledgerId : Principal) : async Bool {
        let ledger : Ledger = Principal.toActor(ledgerId);
        if (balance < amount) return false;
        balance -= amount;
        try {
            ignore await ledger.transfer(Principal.toText(caller), amount);
            Runtime.trap("the callback traps");
        } catch _ {
            catches += 1;
            balance += amount;
            false;
        } finally { finallys += 1 };
    };

    // ---- "Asynchronous Execution on ICP": Canister1 ----

    /// Row `increment-both-throw`. Breaks: a throw is an answer, not a roll back.
    public func increment_both_throw(canister2 : Principal) : async () {
        let other : Callee = Principal.toActor(canister2);
        x += 1;
        await other.increment();
        if (x > 0) throw Error.reject("Failed to complete the operation.");
    };

    /// Row `increment-both-throw/reject`. Breaks. In Motoko an explicit reject is a throw.
    public func increment_both_reject(canister2 : Principal) : async () {
        let other : Callee = Principal.toActor(canister2);
        x += 1;
        await other.increment();
        if (x > 0) throw Error.reject("Failed to complete the operation.");
    };

    /// Row `increment-both-trap`. Breaks: a trap undoes what followed the await, and nothing did.
    public func increment_both_trap(canister2 : Principal) : async () {
        let other : Callee = Principal.toActor(canister2);
        x += 1;
        await other.increment();
        if (x > 0) Runtime.trap("Failed to complete the operation.");
    };

    /// Row `increment-both-err`. Breaks: as for the replica this call succeeded.
    public func increment_both_err(canister2 : Principal) : async Result {
        let other : Callee = Principal.toActor(canister2);
        x += 1;
        await other.increment();
        if (x > 0) return #err "Failed to complete the operation.";
        #ok;
    };

    /// Row `increment-both-throw/fixed`. What can fail comes before anything is changed.
    public func increment_both_throw_fixed(canister2 : Principal) : async () {
        let other : Callee = Principal.toActor(canister2);
        // Before the increment, too: a throw commits, also in the first segment.
        if (x > 0) throw Error.reject("Failed to complete the operation.");
        x += 1;
        await other.increment();
    };

    /// Row `increment-both-trap/fixed`.
    public func increment_both_trap_fixed(canister2 : Principal) : async () {
        let other : Callee = Principal.toActor(canister2);
        if (x > 0) Runtime.trap("Failed to complete the operation.");
        x += 1;
        await other.increment();
    };

    /// Row `increment-both-err/fixed`.
    public func increment_both_err_fixed(canister2 : Principal) : async Result {
        let other : Callee = Principal.toActor(canister2);
        if (x > 0) return #err "Failed to complete the operation.";
        x += 1;
        await other.increment();
        #ok;
    };

    // ---- "Properties of message executions on ICP" ----

    /// Row `fifo-two-requests`: both requests leave in one segment.
    public func send_two(b : Principal) : async () {
        let callee : Callee = Principal.toActor(b);
        let first = callee.log("m1");
        let second = callee.log("m2");
        await first;
        await second;
    };

    /// Row `example-twice`.
    public func example(b : Principal, name : Text) : async () {
        let callee : Callee = Principal.toActor(b);
        // Block 1.
        List.add(lines, name # "a");
        await callee.increment_y();
        // Block 2.
        List.add(lines, name # "b");
    };

    public query func get_x() : async Nat { x };

    public query func get_balance() : async Int { balance };

    public query func get_blocks() : async { catches : Nat; finallys : Nat } { { catches; finallys } };

    public query func get_log() : async [Text] { List.toArray(lines) };

    /// What a caller learns of a call that failed.
    func told(error : Error) : Text {
        let code = switch (Error.code(error)) {
            case (#canister_error) "CANISTER_ERROR";
            case (#canister_reject) "CANISTER_REJECT";
            case _ "another code";
        };
        code # ": " # Error.message(error);
    };
};
