import Int "mo:core/Int";
import Nat "mo:core/Nat";
import Text "mo:core/Text";

/// A canister that awaits the world: an HTTP outcall is a call to the management canister, and commits like any other.
persistent actor Outcall {
    type Header = { name : Text; value : Text };
    type Response = { status : Nat; headers : [Header]; body : Blob };
    type Transform = shared query { response : Response; context : Blob } -> async Response;
    type Request = {
        url : Text;
        max_response_bytes : ?Nat64;
        method : { #get; #head; #post };
        headers : [Header];
        body : ?Blob;
        transform : ?{ function : Transform; context : Blob };
    };
    type Management = actor { http_request : Request -> async Response };

    let management : Management = actor "aaaaa-aa";
    var x : Nat = 0;
    var balance : Int = 100;
    var paid : Int = 0;

    /// Row `http-outcall-await`. Goes on when the outcall fails.
    public func foo() : async Text {
        x += 1;
        // Commit point: from here until the answer is handled X is 1.
        let answer = try {
            Nat.toText((await (with cycles = 1_000_000_000) management.http_request(request())).status);
        } catch _ { "failed" };
        x += 2;
        answer;
    };

    /// Row `http-outcall-await/swapped`. Breaks.
    public func withdraw_swapped(amount : Int) : async Bool {
        if (balance < amount) return false;
        let ok = try {
            (await (with cycles = 1_000_000_000) management.http_request(payment(amount))).status == 200;
        } catch _ { false };
        // Reserved after the outcall, not before: a second call that came meanwhile passed the same check.
        if (ok) { balance -= amount; paid += amount };
        ok;
    };

    /// Row `http-outcall-await/reserved`: check, reserve, pay, give back on failure. Holds.
    public func withdraw_reserved(amount : Int) : async Bool {
        if (balance < amount) return false;
        balance -= amount;
        let ok = try {
            (await (with cycles = 1_000_000_000) management.http_request(payment(amount))).status == 200;
        } catch _ { false };
        if (ok) { paid += amount } else { balance += amount };
        ok;
    };

    func request() : Request {
        {
            url = "https://example.org/rate";
            max_response_bytes = ?1_000;
            method = #get;
            headers = [];
            body = null;
            transform = ?{ function = without_headers; context = "" };
        };
    };

    func payment(amount : Int) : Request {
        let body = ?Text.encodeUtf8(Int.toText(amount));
        { request() with url = "https://bank.example/pay"; method = #post; body };
    };

    public query func get_x() : async Nat { x };
    public query func get_balance() : async Int { balance };
    public query func get_paid() : async Int { paid };

    public query func without_headers({ response } : { response : Response; context : Blob }) : async Response {
        { response with headers = [] };
    };
};
