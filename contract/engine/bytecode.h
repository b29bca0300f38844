/* Bytecode as contracts carry it: shorter than the compiler's, and variables of the module and of the global object
   found by their number. Included into quickjs.c behind the table of opcodes; all of this happens while building. */

/* Moves a variable of the module into the table. The table owns the value: nothing of it is visible to the collector. */
static int engine_place_module_var(JSContext *ctx, JSVarRef *variable, int index, int count)
{
    if (!engine_module_vars) {
        engine_module_vars = js_mallocz(ctx, sizeof(JSValue) * count);
        engine_module_var_count = count;
    }
    if (!engine_module_vars || count != engine_module_var_count)
        return -1;
    engine_module_vars[index] = variable->value;
    variable->value = JS_UNDEFINED;
    variable->pvalue = &engine_module_vars[index];
    list_del(&variable->header.link);
    init_list_head(&variable->header.link);
    variable->is_detached = FALSE;
    return 0;
}

/* Number of a global object or function, -1 where it has to be looked up by name. */
static int engine_global_number(JSContext *ctx, JSAtom name)
{
    JSObject *global = JS_VALUE_GET_OBJ(ctx->global_obj);
    JSProperty *property;
    JSShapeProperty *slot;
    /* through globalThis, code might replace what it finds */
    if (find_own_property(&property, global, JS_ATOM_globalThis))
        return -1;
    for (int i = 0; i < engine_global_count; i++)
        if (engine_global_names[i] == name)
            return i;
    slot = find_own_property(&property, global, name);
    if (!slot || slot->flags & JS_PROP_TMASK || !JS_IsObject(property->u.value) ||
        engine_global_count == ENGINE_MAX_GLOBALS)
        return -1;
    engine_global_names[engine_global_count] = name;
    engine_globals[engine_global_count] = JS_DupValue(ctx, property->u.value);
    return engine_global_count++;
}

/* The instruction that does the same with a name of 16 bits, -1 if there is none. */
static int engine_narrow(int op)
{
    switch (op) {
    case OP_push_atom_value: return OP_push_atom16;
    case OP_get_field: return OP_get_field16;
    case OP_get_field2: return OP_get_method16;
    case OP_put_field: return OP_put_field16;
    case OP_define_field: return OP_define_field16;
    default: return -1;
    }
}

/* Writes what an instruction becomes, labels as they were; returns its length. Functions have no names. */
static int engine_pack_one(JSContext *ctx, const uint8_t *from, uint8_t *to)
{
    int op = from[0], size = short_opcode_info(op).size, number;
    uint32_t atom;
    if (op == OP_nop || op == OP_set_name)
        return 0;
    if (op == OP_get_var && (number = engine_global_number(ctx, get_u32(from + 1))) >= 0) {
        to[0] = OP_get_global;
        to[1] = number;
        return 2;
    }
    if (engine_narrow(op) >= 0 && (atom = get_u32(from + 1)) <= UINT16_MAX) {
        to[0] = engine_narrow(op);
        put_u16(to + 1, atom);
        return 3;
    }
    memmove(to, from, size);
    return size;
}

/* Distance from behind the opcode to the target of a jump; 0 for what jumps nowhere. */
static int engine_jump(const uint8_t *code)
{
    switch (short_opcode_info(code[0]).fmt) {
    case OP_FMT_label8: return (int8_t)code[1];
    case OP_FMT_label16: return (int16_t)get_u16(code + 1);
    case OP_FMT_label: return (int32_t)get_u32(code + 1);
    default: return 0;
    }
}

/* A jump is never longer than it was. */
static void engine_set_jump(uint8_t *code, int distance)
{
    switch (short_opcode_info(code[0]).fmt) {
    case OP_FMT_label8: code[1] = distance; break;
    case OP_FMT_label16: put_u16(code + 1, distance); break;
    default: put_u32(code + 1, distance); break;
    }
}

/* Size of a comparison with a text and the jump where they differ, from `at` on; 0 where there is none, or where
   another jump leads into it. `keep` says that the compared value stays on the stack, as in a switch. */
static int engine_text_test(const uint8_t *code, int length, const uint8_t *targets, int at, int *keep)
{
    int push = at, compare, jump;
    *keep = code[at] == OP_dup;
    push += *keep;
    compare = push + 5;
    jump = compare + 1;
    if (jump >= length || code[push] != OP_push_atom_value || get_u32(code + push + 1) > INT16_MAX)
        return 0;
    if ((*keep && targets[push]) || targets[compare] || targets[jump])
        return 0;
    if (code[compare] == OP_strict_eq ? code[jump] != OP_if_false8
                                      : code[compare] != OP_strict_neq || code[jump] != OP_if_true8)
        return 0;
    return jump + 2 - at;
}

/* Positions that jumps lead to. */
static void engine_mark_targets(const uint8_t *code, int length, uint8_t *targets)
{
    for (int at = 0; at < length; at += short_opcode_info(code[at]).size) {
        int jump = engine_jump(code + at);
        if (jump)
            targets[at + 1 + jump] = 1;
    }
}

/* Where each instruction goes; returns the new length. */
static int engine_plan(JSContext *ctx, const uint8_t *code, int length, const uint8_t *targets, int *moved)
{
    uint8_t one[16];
    int to = 0, size, keep;
    for (int at = 0; at < length; at += size) {
        moved[at] = to;
        size = engine_text_test(code, length, targets, at, &keep);
        to += size ? 4 : engine_pack_one(ctx, code + at, one);
        size = size ? size : short_opcode_info(code[at]).size;
    }
    return moved[length] = to;
}

static void engine_put_text_test(uint8_t *code, int at, int size, int keep, const int *moved)
{
    int start = moved[at], label = at + size - 1;
    int target = moved[label + (int8_t)code[label]];
    uint32_t atom = get_u32(code + at + keep + 1);
    code[start] = OP_unless_text;
    put_u16(code + start + 1, atom | keep << 15);
    code[start + 3] = target - (start + 3);
}

/* Packs the bytecode of a function in place: nothing is longer than it was. */
static int engine_pack(JSContext *ctx, JSFunctionBytecode *b)
{
    uint8_t *code = b->byte_code_buf, *targets = js_mallocz(ctx, b->byte_code_len + 1);
    int length = b->byte_code_len, size, keep;
    int *moved = js_malloc(ctx, sizeof(int) * (length + 1));
    if (!moved || !targets)
        return -1;
    engine_mark_targets(code, length, targets);
    b->byte_code_len = engine_plan(ctx, code, length, targets, moved);
    for (int at = 0; at < length; at += size) {
        int jump = engine_jump(code + at), start = moved[at];
        size = engine_text_test(code, length, targets, at, &keep);
        if (size) {
            engine_put_text_test(code, at, size, keep, moved);
            continue;
        }
        size = short_opcode_info(code[at]).size;
        if (code[at] == OP_set_name)
            JS_FreeAtom(ctx, get_u32(code + at + 1));
        if (engine_pack_one(ctx, code + at, code + start) && jump)
            engine_set_jump(code + start, moved[at + 1 + jump] - start - 1);
    }
    memset(code + b->byte_code_len, 0, length - b->byte_code_len);
    js_free(ctx, moved);
    js_free(ctx, targets);
    return 0;
}

/* Marks the variables of the module that a function uses, which need no check any more: the module's body has run. */
static void engine_use_module_vars(JSFunctionBytecode *b, uint8_t *used)
{
    uint8_t *code = b->byte_code_buf;
    for (int at = 0; at < b->byte_code_len; at += short_opcode_info(code[at]).size) {
        if (code[at] == OP_get_module_var)
            code[at] = OP_get_known_var;
        if (code[at] == OP_get_known_var || code[at] == OP_put_module_var)
            used[get_u16(code + at + 1)] = 1;
    }
}
