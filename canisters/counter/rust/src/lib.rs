//! Canister A of "Canisters are Non-Blocking" in Rust, with the Candid interface of `counter.did`.
//!
//! Interleave does not run cargo: build it as docs/rust.md says and declare the module as a `custom` canister.
use std::cell::RefCell;

use candid::{Nat, Principal};
use ic_cdk::call::Call;
use ic_cdk::{query, update};

thread_local! {
    static X: RefCell<u64> = const { RefCell::new(0) };
}

fn x() -> u64 {
    X.with_borrow(|x| *x)
}

/// Rows `observe-intermediate` and `modify-intermediate`. Goes on when the call fails, as published.
#[update]
async fn foo(callee: Principal, limit: u64) -> bool {
    increment();
    // Commit point: from here until the reply get_x answers 1, and increment may come between.
    let _ = Call::unbounded_wait(callee, "bar").with_arg(limit).await;
    increment();
    true
}

/// Row `detect-shift`: `foo` that looks whether X is still what it was.
#[update]
async fn foo_detect_shift(callee: Principal, limit: u64) -> bool {
    increment();
    let before = x();
    let _ = Call::unbounded_wait(callee, "bar").with_arg(limit).await;
    // A local keeps its value across the await, the canister's state does not.
    if x() != before {
        return false;
    }
    increment();
    true
}

#[update]
fn increment() {
    X.with_borrow_mut(|x| *x += 1);
}

#[query]
fn get_x() -> Nat {
    Nat::from(x())
}

ic_cdk::export_candid!();
