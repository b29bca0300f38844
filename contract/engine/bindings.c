/* The global `env`: see env.d.ts for the contract of every function. */

#define ARGS JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv

/* ---- plain values of the context ---- */
enum { BLOCK_INDEX, BLOCK_TIMESTAMP, EPOCH_HEIGHT, STORAGE_USAGE, PREPAID_GAS, USED_GAS, RESULTS_COUNT, AS_NUMBER = 16 };

static JSValue env_context_u64(ARGS, int magic)
{
    uint64_t v = 0;
    switch (magic & 15) {
    case BLOCK_INDEX: v = host_block_index(); break;
    case BLOCK_TIMESTAMP: v = host_block_timestamp(); break;
    case EPOCH_HEIGHT: v = host_epoch_height(); break;
    case STORAGE_USAGE: v = host_storage_usage(); break;
    case PREPAID_GAS: v = host_prepaid_gas(); break;
    case USED_GAS: v = host_used_gas(); break;
    case RESULTS_COUNT: v = host_promise_results_count(); break;
    }
    return magic & AS_NUMBER ? number_of(ctx, (double)v) : JS_NewBigUint64(ctx, v);
}

enum { DEPOSIT, BALANCE };

static JSValue env_amount(ARGS, int magic)
{
    uint64_t words[2];
    if ((magic & 15) == DEPOSIT)
        host_attached_deposit((uintptr_t)words);
    else
        host_account_balance((uintptr_t)words);
    return magic & AS_NUMBER ? number_of(ctx, (double)words[1] * 18446744073709551616.0 + (double)words[0])
                             : u128_bigint(ctx, words);
}

enum { CURRENT_ACCOUNT, SIGNER_ACCOUNT, PREDECESSOR, LAST_TEXT = PREDECESSOR, INPUT, SIGNER_PK, RANDOM_SEED };

static JSValue env_context_bytes(ARGS, int magic)
{
    uint64_t id = SCRATCH;
    if (argc > 0 && to_u64(ctx, argv[0], &id))
        return JS_EXCEPTION;
    switch (magic) {
    case CURRENT_ACCOUNT: host_current_account_id(id); break;
    case SIGNER_ACCOUNT: host_signer_account_id(id); break;
    case PREDECESSOR: host_predecessor_account_id(id); break;
    case INPUT: host_input(id); break;
    case SIGNER_PK: host_signer_account_pk(id); break;
    case RANDOM_SEED: host_random_seed(id); break;
    }
    if (argc > 0)
        return JS_UNDEFINED;
    return magic <= LAST_TEXT ? register_text(ctx, id) : register_bytes(ctx, id);
}

static JSValue env_input_utf8(ARGS)
{
    host_input(SCRATCH);
    return register_text(ctx, SCRATCH);
}

/* ---- outcome ---- */
static JSValue env_value_return(ARGS)
{
    Slice v;
    if (data_slice(ctx, argv[0], &v))
        return JS_EXCEPTION;
    host_value_return(v.len, v.ptr);
    return JS_UNDEFINED;
}

static JSValue env_panic_utf8(ARGS)
{
    Slice v;
    if (text_slice(ctx, argv[0], &v))
        return JS_EXCEPTION;
    host_panic_utf8(v.len, v.ptr);
}

static JSValue env_log_utf8(ARGS)
{
    Slice v;
    if (text_slice(ctx, argv[0], &v))
        return JS_EXCEPTION;
    host_log_utf8(v.len, v.ptr);
    return JS_UNDEFINED;
}

/* ---- registers ---- */
enum { REGISTER_BYTES, REGISTER_TEXT, REGISTER_LEN };

static JSValue env_register(ARGS, int magic)
{
    uint64_t id;
    if (to_u64(ctx, argv[0], &id))
        return JS_EXCEPTION;
    switch (magic) {
    case REGISTER_BYTES: return register_bytes(ctx, id);
    case REGISTER_TEXT: return register_text(ctx, id);
    default: return JS_NewBigUint64(ctx, host_register_len(id));
    }
}

static JSValue env_write_register(ARGS)
{
    uint64_t id;
    Slice v;
    if (to_u64(ctx, argv[0], &id) || text_slice(ctx, argv[1], &v))
        return JS_EXCEPTION;
    host_write_register(id, v.len, v.ptr);
    return JS_UNDEFINED;
}

/* ---- storage ---- */
enum { READ_BYTES, READ_TEXT };

static JSValue env_storage_read(ARGS, int magic)
{
    Slice key;
    uint64_t id = SCRATCH, found;
    if (text_slice(ctx, argv[0], &key) || (argc > 1 && to_u64(ctx, argv[1], &id)))
        return JS_EXCEPTION;
    found = host_storage_read(key.len, key.ptr, id);
    if (argc > 1)
        return JS_NewBigUint64(ctx, found);
    if (!found)
        return JS_NULL;
    return magic == READ_TEXT ? register_text(ctx, id) : register_bytes(ctx, id);
}

static JSValue env_storage_write(ARGS)
{
    Slice key, v;
    uint64_t id = SCRATCH, replaced;
    if (text_slice(ctx, argv[0], &key) || data_slice(ctx, argv[1], &v) || (argc > 2 && to_u64(ctx, argv[2], &id)))
        return JS_EXCEPTION;
    replaced = host_storage_write(key.len, key.ptr, v.len, v.ptr, id);
    return argc > 2 ? JS_NewBigUint64(ctx, replaced) : JS_NewBool(ctx, replaced == 1);
}

static JSValue env_storage_remove(ARGS)
{
    Slice key;
    uint64_t id = SCRATCH, removed;
    if (text_slice(ctx, argv[0], &key) || (argc > 1 && to_u64(ctx, argv[1], &id)))
        return JS_EXCEPTION;
    removed = host_storage_remove(key.len, key.ptr, id);
    return argc > 1 ? JS_NewBigUint64(ctx, removed) : JS_NewBool(ctx, removed == 1);
}

enum { HAS_BOOLEAN, HAS_BIGINT };

static JSValue env_storage_has(ARGS, int magic)
{
    Slice key;
    uint64_t found;
    if (text_slice(ctx, argv[0], &key))
        return JS_EXCEPTION;
    found = host_storage_has_key(key.len, key.ptr);
    return magic == HAS_BIGINT ? JS_NewBigUint64(ctx, found) : JS_NewBool(ctx, found == 1);
}

/* ---- hashes and signatures ---- */
enum { SHA256, KECCAK256 };

static JSValue env_hash(ARGS, int magic)
{
    Slice v;
    uint64_t id = SCRATCH;
    if (data_slice(ctx, argv[0], &v) || (argc > 1 && to_u64(ctx, argv[1], &id)))
        return JS_EXCEPTION;
    if (magic == SHA256)
        host_sha256(v.len, v.ptr, id);
    else
        host_keccak256(v.len, v.ptr, id);
    return argc > 1 ? JS_UNDEFINED : register_bytes(ctx, id);
}

static JSValue env_ed25519_verify(ARGS)
{
    Slice sig, message, key;
    if (text_slice(ctx, argv[0], &sig) || text_slice(ctx, argv[1], &message) || text_slice(ctx, argv[2], &key))
        return JS_EXCEPTION;
    /* the host ends the call on other lengths */
    if (sig.len != 64 || key.len != 32)
        return JS_FALSE;
    return JS_NewBool(ctx, host_ed25519_verify(64, sig.ptr, message.len, message.ptr, 32, key.ptr) == 1);
}

static JSValue env_ecrecover(ARGS)
{
    Slice hash, sig;
    uint64_t v, malleability, id = SCRATCH, found;
    if (text_slice(ctx, argv[0], &hash) || text_slice(ctx, argv[1], &sig) || to_u64(ctx, argv[2], &v) ||
        to_u64(ctx, argv[3], &malleability) || (argc > 4 && to_u64(ctx, argv[4], &id)))
        return JS_EXCEPTION;
    found = host_ecrecover(hash.len, hash.ptr, sig.len, sig.ptr, v, malleability, id);
    if (argc > 4)
        return JS_NewBigUint64(ctx, found);
    return found == 1 ? register_bytes(ctx, id) : JS_NULL;
}

/* ---- promises ---- */
static JSValue env_promise_batch_create(ARGS)
{
    Slice account;
    if (text_slice(ctx, argv[0], &account))
        return JS_EXCEPTION;
    return JS_NewBigUint64(ctx, host_promise_batch_create(account.len, account.ptr));
}

static JSValue env_promise_batch_then(ARGS)
{
    Slice account;
    uint64_t promise;
    if (to_u64(ctx, argv[0], &promise) || text_slice(ctx, argv[1], &account))
        return JS_EXCEPTION;
    return JS_NewBigUint64(ctx, host_promise_batch_then(promise, account.len, account.ptr));
}

static JSValue env_deploy_contract(ARGS)
{
    Slice code;
    uint64_t promise;
    if (to_u64(ctx, argv[0], &promise) || data_slice(ctx, argv[1], &code))
        return JS_EXCEPTION;
    host_promise_batch_action_deploy_contract(promise, code.len, code.ptr);
    return JS_UNDEFINED;
}

enum { WITHOUT_WEIGHT, WITH_WEIGHT };

static JSValue env_function_call(ARGS, int magic)
{
    Slice method, args;
    uint64_t promise, gas, weight = 0;
    u128 amount;
    if (to_u64(ctx, argv[0], &promise) || text_slice(ctx, argv[1], &method) || data_slice(ctx, argv[2], &args) ||
        to_unsigned(ctx, argv[3], 128, &amount) || to_u64(ctx, argv[4], &gas) ||
        (magic == WITH_WEIGHT && to_u64(ctx, argv[5], &weight)))
        return JS_EXCEPTION;
    if (magic == WITH_WEIGHT)
        host_promise_batch_action_function_call_weight(promise, method.len, method.ptr, args.len, args.ptr,
                                                       (uintptr_t)&amount, gas, weight);
    else
        host_promise_batch_action_function_call(promise, method.len, method.ptr, args.len, args.ptr,
                                                (uintptr_t)&amount, gas);
    return JS_UNDEFINED;
}

static JSValue env_transfer(ARGS)
{
    uint64_t promise;
    u128 amount;
    if (to_u64(ctx, argv[0], &promise) || to_unsigned(ctx, argv[1], 128, &amount))
        return JS_EXCEPTION;
    host_promise_batch_action_transfer(promise, (uintptr_t)&amount);
    return JS_UNDEFINED;
}

static JSValue env_promise_result(ARGS)
{
    uint64_t index, id;
    if (to_u64(ctx, argv[0], &index) || to_u64(ctx, argv[1], &id))
        return JS_EXCEPTION;
    return JS_NewBigUint64(ctx, host_promise_result(index, id));
}

static JSValue env_promise_return(ARGS)
{
    uint64_t promise;
    if (to_u64(ctx, argv[0], &promise))
        return JS_EXCEPTION;
    host_promise_return(promise);
    return JS_UNDEFINED;
}

static JSValue env_promise_yield_create(ARGS)
{
    Slice method, args;
    uint64_t gas, weight, id;
    if (text_slice(ctx, argv[0], &method) || data_slice(ctx, argv[1], &args) || to_u64(ctx, argv[2], &gas) ||
        to_u64(ctx, argv[3], &weight) || to_u64(ctx, argv[4], &id))
        return JS_EXCEPTION;
    return JS_NewBigUint64(
        ctx, host_promise_yield_create(method.len, method.ptr, args.len, args.ptr, gas, weight, id));
}

static JSValue env_promise_yield_resume(ARGS)
{
    Slice id, payload;
    if (text_slice(ctx, argv[0], &id) || data_slice(ctx, argv[1], &payload))
        return JS_EXCEPTION;
    return JS_NewBool(ctx, host_promise_yield_resume(id.len, id.ptr, payload.len, payload.ptr) == 1);
}
