/** The canister of the conformance table in Motoko. The one in Azle has the same methods (`language-azle.ts`). */

/** Compiled without packages, so that nothing has to be resolved. */
export const MOTOKO = `
import Prim "mo:⛔";
persistent actor Self {
    type Other = actor {
        add : Nat -> async ();
        get : shared query () -> async Nat;
        take : Nat -> async Nat;
        takeAndTrap : Nat -> async Nat
    };
    var total : Nat = 0;
    transient var lost : Nat = 0;
    transient var cleaned : Nat = 0;
    transient var ticks : Nat = 0;
    transient var beats : Nat = 0;

    func other(id : Principal) : Other { actor (debug_show id) };
    func code(e : Error) : Text {
        switch (Prim.errorCode e) {
            case (#system_fatal) "1"; case (#system_transient) "2"; case (#destination_invalid) "3";
            case (#canister_reject) "4"; case (#canister_error) "5"; case (#system_unknown) "6";
            case (#future n) { "future " # debug_show n };
            case (#call_error { err_code }) { "call " # debug_show err_code }
        }
    };

    public func add(n : Nat) : async () { total += n; lost += n };
    public query func get() : async Nat { total };
    public query func volatile() : async Nat { lost };
    public query func counts() : async [Nat] { [cleaned, ticks, beats] };

    public func trapBefore() : async () { total += 1; Prim.trap("before") };
    public func trapAfter(id : Principal) : async () {
        total += 1;
        await other(id).add(1);
        total += 10;
        Prim.trap("after")
    };
    public func trapCleaned(id : Principal) : async () {
        try { await other(id).add(1); total += 10; Prim.trap("after") } finally { cleaned += 1 }
    };
    public func fail(text : Text) : async () { throw Prim.error(text) };
    public func dropTotal() : async () { total := 0; ignore debug_show (1 / total) };
    public query func change() : async Nat { total += 5; total };

    // How a call without arguments ends, as code and message. (call_raw would not do: it awaits in between.)
    public func caught(id : Principal, method : Text) : async Text {
        let it : actor {
            nothing : () -> async (); hidden : () -> async (); trapBefore : () -> async (); sum : () -> async ();
            get : () -> async ()
        } = actor (debug_show id);
        try {
            switch method {
                case "nothing" { await it.nothing() };
                case "hidden" { await it.hidden() };
                case "trapBefore" { await it.trapBefore() };
                case "sum" { await it.sum() };
                case _ { await it.get() }
            };
            "ok"
        } catch e { code(e) # " " # Prim.errorMessage(e) }
    };
    public func caughtFail(id : Principal, text : Text) : async Text {
        let it : actor { fail : Text -> async () } = actor (debug_show id);
        try { await it.fail(text); "ok" } catch e { code(e) # " " # Prim.errorMessage(e) }
    };
    public func caughtBounded(id : Principal) : async Text {
        let it : actor { deadline : () -> async Nat64 } = actor (debug_show id);
        try { debug_show (await (with timeout = 5) it.deadline()) }
        catch e { code(e) # " " # Prim.errorMessage(e) }
    };
    public func deadline() : async Nat64 { Prim.replyDeadline() };

    // The refund as the caller sees it.
    public func pay(id : Principal, amount : Nat, accept : Nat) : async Nat {
        ignore await (with cycles = amount) other(id).take(accept);
        Prim.cyclesRefunded()
    };
    public func payTrap(id : Principal, amount : Nat, accept : Nat) : async Nat {
        try { ignore await (with cycles = amount) other(id).takeAndTrap(accept) } catch _ {};
        Prim.cyclesRefunded()
    };
    public func take(n : Nat) : async Nat { Prim.cyclesAccept<system>(n) };
    public func takeAndTrap(n : Nat) : async Nat { ignore Prim.cyclesAccept<system>(n); Prim.trap("took") };
    public func burn(n : Nat) : async Nat { Prim.cyclesBurn<system>(n) };
    public query func balance() : async Nat { Prim.cyclesBalance() };

    public func alarm(seconds : Nat64) : async () {
        ignore Prim.setTimer<system>(seconds * 1_000_000_000, false, func () : async () { ticks += 1 })
    };
    public func version() : async Nat64 { Prim.canisterVersion() };
    public func work(n : Nat) : async Nat64 {
        var i = 0;
        while (i < n) { i += 1 };
        Prim.performanceCounter(0)
    };
    public func replicatedUpdate() : async Bool { Prim.isReplicatedExecution() };
    public query func replicated() : async Bool { Prim.isReplicatedExecution() };
    public func certify(data : Blob) : async () { Prim.setCertifiedData(data) };
    public query func certificate() : async ?Blob { Prim.getCertificate() };
    public func controller(p : Principal) : async Bool { Prim.isController(p) };
    public shared ({ caller }) func whoAfter(id : Principal) : async Principal { await other(id).add(1); caller };
    public func print(text : Text) : async () { Prim.debugPrint(text) };
    public func now() : async Nat64 { Prim.time() };

    public composite query func sum(id : Principal) : async Nat { total += 1; total + (await other(id).get()) };

    public func hidden() : async () { };
    system func heartbeat() : async () { beats += 1 };
    system func inspect({ msg : { #hidden : () -> (); #add : () -> Nat; #get : () -> (); #volatile : () -> ();
        #counts : () -> (); #trapBefore : () -> (); #trapAfter : () -> Principal; #trapCleaned : () -> Principal;
        #fail : () -> Text; #dropTotal : () -> (); #change : () -> (); #caught : () -> (Principal, Text);
        #caughtFail : () -> (Principal, Text); #caughtBounded : () -> Principal; #deadline : () -> ();
        #pay : () -> (Principal, Nat, Nat); #payTrap : () -> (Principal, Nat, Nat); #take : () -> Nat;
        #takeAndTrap : () -> Nat; #burn : () -> Nat; #balance : () -> (); #alarm : () -> Nat64; #version : () -> ();
        #work : () -> Nat; #replicatedUpdate : () -> (); #replicated : () -> (); #certify : () -> Blob;
        #certificate : () -> (); #controller : () -> Principal; #whoAfter : () -> Principal; #print : () -> Text;
        #now : () -> () } }) : Bool {
        switch msg { case (#hidden _) { false }; case _ { true } }
    };
}`;
