/* Which JavaScript name is which C function. */

typedef struct {
    char name[44];
    uint8_t length, with_magic, magic;
    JSCFunctionType function;
} Binding;

#define PLAIN(name, length, fn) {name, length, 0, 0, {.generic = fn}}
#define MAGIC(name, length, fn, magic) {name, length, 1, magic, {.generic_magic = fn}}

/* `length` is the number of arguments that are always there: QuickJS fills the ones left out with undefined.
   Writable, so that bind_env can wipe it: what is left in memory when building ends up in the contract. */
static Binding bindings[] = {
    MAGIC("input", 0, env_context_bytes, INPUT),
    PLAIN("input_utf8", 0, env_input_utf8),
    PLAIN("value_return", 1, env_value_return),
    PLAIN("panic_utf8", 1, env_panic_utf8),
    PLAIN("log_utf8", 1, env_log_utf8),
    PLAIN("log", 1, env_log_utf8),
    MAGIC("storage_read", 1, env_storage_read, READ_BYTES),
    MAGIC("storage_read_utf8", 1, env_storage_read, READ_TEXT),
    PLAIN("storage_write", 2, env_storage_write),
    PLAIN("storage_remove", 1, env_storage_remove),
    MAGIC("storage_has", 1, env_storage_has, HAS_BOOLEAN),
    MAGIC("storage_has_key", 1, env_storage_has, HAS_BIGINT),
    MAGIC("storage_usage", 0, env_context_u64, STORAGE_USAGE),
    MAGIC("storage_usage_bytes", 0, env_context_u64, STORAGE_USAGE | AS_NUMBER),
    MAGIC("current_account_id", 0, env_context_bytes, CURRENT_ACCOUNT),
    MAGIC("signer_account_id", 0, env_context_bytes, SIGNER_ACCOUNT),
    MAGIC("predecessor_account_id", 0, env_context_bytes, PREDECESSOR),
    MAGIC("signer_account_pk", 0, env_context_bytes, SIGNER_PK),
    PLAIN("signer_account_pk_text", 0, env_signer_account_pk_text),
    MAGIC("block_height", 0, env_context_u64, BLOCK_INDEX | AS_NUMBER),
    MAGIC("block_index", 0, env_context_u64, BLOCK_INDEX),
    MAGIC("block_timestamp", 0, env_context_u64, BLOCK_TIMESTAMP),
    MAGIC("epoch_height", 0, env_context_u64, EPOCH_HEIGHT),
    MAGIC("random_seed", 0, env_context_bytes, RANDOM_SEED),
    MAGIC("attached_deposit", 0, env_amount, DEPOSIT),
    MAGIC("attached_deposit_number", 0, env_amount, DEPOSIT | AS_NUMBER),
    MAGIC("account_balance", 0, env_amount, BALANCE),
    MAGIC("prepaid_gas", 0, env_context_u64, PREPAID_GAS),
    MAGIC("used_gas", 0, env_context_u64, USED_GAS),
    MAGIC("sha256", 1, env_hash, SHA256),
    MAGIC("keccak256", 1, env_hash, KECCAK256),
    PLAIN("ed25519_verify", 3, env_ed25519_verify),
    PLAIN("ecrecover", 4, env_ecrecover),
    PLAIN("sha3_256", 1, env_sha3_256),
    PLAIN("derive_public_key", 2, env_derive_public_key),
    PLAIN("hex_decode", 1, env_hex_decode),
    PLAIN("bytes_of", 1, env_bytes_of),
    MAGIC("is_account_id", 1, env_text_is, ACCOUNT_ID),
    MAGIC("is_url", 1, env_text_is, URL),
    MAGIC("is_hex", 1, env_text_is, HEX),
    PLAIN("base58_encode", 1, env_base58_encode),
    PLAIN("base58_decode", 1, env_base58_decode),
    PLAIN("hex_encode", 1, env_hex_encode),
    PLAIN("utf8_string_to_uint8array", 1, env_utf8_to_bytes),
    PLAIN("uint8array_to_utf8_string", 1, env_bytes_to_utf8),
    PLAIN("latin1_string_to_uint8array", 1, env_latin1_to_bytes),
    PLAIN("uint8array_to_latin1_string", 1, env_bytes_to_latin1),
    MAGIC("read_register", 1, env_register, REGISTER_BYTES),
    MAGIC("read_register_utf8", 1, env_register, REGISTER_TEXT),
    MAGIC("register_len", 1, env_register, REGISTER_LEN),
    PLAIN("write_register", 2, env_write_register),
    PLAIN("promise_batch_create", 1, env_promise_batch_create),
    PLAIN("promise_batch_then", 2, env_promise_batch_then),
    PLAIN("promise_batch_action_deploy_contract", 2, env_deploy_contract),
    MAGIC("promise_batch_action_function_call", 5, env_function_call, WITHOUT_WEIGHT),
    MAGIC("promise_batch_action_function_call_weight", 6, env_function_call, WITH_WEIGHT),
    PLAIN("promise_batch_action_transfer", 2, env_transfer),
    MAGIC("promise_results_count", 0, env_context_u64, RESULTS_COUNT),
    PLAIN("promise_result", 2, env_promise_result),
    PLAIN("promise_return", 1, env_promise_return),
    PLAIN("promise_yield_create", 5, env_promise_yield_create),
    PLAIN("promise_yield_resume", 2, env_promise_yield_resume),
};

static void bind_env(JSContext *ctx)
{
    JSValue global = JS_GetGlobalObject(ctx), env = JS_NewObject(ctx);
    for (size_t i = 0; i < countof(bindings); i++) {
        Binding *b = &bindings[i];
        JSValue fn = JS_NewCFunction2(ctx, b->function.generic, b->name, b->length,
                                      b->with_magic ? JS_CFUNC_generic_magic : JS_CFUNC_generic, b->magic);
        JS_DefinePropertyValueStr(ctx, env, b->name, fn, JS_PROP_CONFIGURABLE);
    }
    memset(bindings, 0, sizeof bindings);
    JS_DefinePropertyValueStr(ctx, global, "env", env, 0);
    JS_FreeValue(ctx, global);
}
