/* The end of the build: what a call never looks at becomes zero, and zeros take no room in the contract. */

/* Names of variables and functions serve error texts that nobody sees on chain. */
static void forget_names(JSFunctionBytecode *function)
{
    int count = function->arg_count + function->var_count;
    JS_FreeAtom(context, function->func_name);
    function->func_name = JS_ATOM_NULL;
    for (int i = 0; i < function->closure_var_count; i++) {
        JS_FreeAtom(context, function->closure_var[i].var_name);
        function->closure_var[i].var_name = JS_ATOM_NULL;
    }
    if (!function->vardefs)
        return;
    for (int i = 0; i < count; i++)
        JS_FreeAtom(context, function->vardefs[i].var_name);
    memset(function->vardefs, 0, sizeof(JSVarDef) * count);
}

/* What only giving memory back would need. */
static void forget_releases(void)
{
    for (int i = 0; i < runtime->class_count; i++) {
        runtime->class_array[i].finalizer = NULL;
        runtime->class_array[i].gc_mark = NULL;
    }
    memset(js_std_class_def, 0, sizeof js_std_class_def);
}

static int left_to_make;

static void count_unmade(JSObject *object, int unused)
{
    for (int i = 0; i < object->shape->prop_count; i++) {
        JSShapeProperty *slot = &get_shape_prop(object->shape)[i];
        if (slot->atom != JS_ATOM_NULL && (slot->flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT)
            left_to_make += js_autoinit_get_id(&object->prop[i]) != JS_AUTOINIT_ID_PROTOTYPE;
    }
}

#ifndef ENGINE_COMPILER
/* Frees the module's variables that no function uses; whether there was one. */
static int forget_unused_variables(void)
{
    uint8_t *used = calloc(engine_module_var_count + 1, 1);
    struct list_head *at;
    int found = 0;
    list_for_each(at, &runtime->gc_obj_list) {
        JSGCObjectHeader *header = list_entry(at, JSGCObjectHeader, link);
        if (header->gc_obj_type == JS_GC_OBJ_TYPE_FUNCTION_BYTECODE)
            engine_use_module_vars((JSFunctionBytecode *)header, used);
    }
    for (int i = 0; i < engine_module_var_count; i++) {
        if (used[i])
            continue;
        found |= JS_VALUE_HAS_REF_COUNT(engine_module_vars[i]);
        JS_FreeValue(context, engine_module_vars[i]);
        engine_module_vars[i] = JS_MKVAL(JS_TAG_INT, 0);
    }
    free(used);
    memset(engine_global_names, 0, sizeof engine_global_names);
    return found;
}
#endif

/* The exports are in `methods`; what else the module knows serves importing and built-ins that were never looked up. */
static void forget_module(void)
{
    struct list_head *at, *next;
    JS_FreeValue(context, namespace);
    namespace = JS_UNDEFINED;
    list_for_each_safe(at, next, &context->loaded_modules)
        js_free_module_def(context, list_entry(at, JSModuleDef, link));
    JS_RunGC(runtime);
#ifndef ENGINE_COMPILER
    while (forget_unused_variables())
        JS_RunGC(runtime);
#endif
    left_to_make = 0;
    each_object(count_unmade, 0);
    if (left_to_make == 0) {
        js_autoinit_func_table[JS_AUTOINIT_ID_MODULE_NS] = NULL;
        js_autoinit_func_table[JS_AUTOINIT_ID_PROP] = NULL;
    }
    left_to_make = 0;
}

void memory_settle(void);
size_t malloc_usable_size(void *p);

/* Leaves what calling a function needs, and making one where that may happen again. */
static void forget_making_of(JSFunctionBytecode *function)
{
    if (function->defined_arg_count == NEVER_MADE_AGAIN) {
        function->closure_var = NULL;
        function->closure_var_count = 0;
    }
    function->realm = NULL;
    function->byte_code_len = 0;
    function->cpool_count = 0;
    function->defined_arg_count = 0;
    function->vardefs = NULL;
}

/* What was deleted or moved left something behind the fields; one context serves all. */
static void forget_deleted(JSObject *object, int unused)
{
    JSShape *shape = object->shape;
    JSProperty *end = object->prop + shape->prop_count;
    for (int i = 0; i < shape->prop_count; i++)
        if ((shape->prop[i].flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT)
            object->prop[i].u.init.realm_and_id &= 3;
    memset(end, 0, malloc_usable_size(object->prop) - ((uint8_t *)end - (uint8_t *)object->prop));
    memset(shape->prop + shape->prop_count, 0, (shape->prop_size - shape->prop_count) * sizeof(JSShapeProperty));
}

#ifndef ENGINE_COMPILER
static int is_plain_shape(const JSShape *shape)
{
    if (!shape->is_hashed || shape->deleted_prop_count || !shape->prop_count ||
        shape->proto != JS_VALUE_GET_OBJ(context->class_proto[JS_CLASS_OBJECT]))
        return 0;
    for (int i = 0; i < shape->prop_count; i++) {
        JSAtom name = shape->prop[i].atom;
        const JSString *text = __JS_AtomIsTaggedInt(name) ? NULL : runtime->atom_array[name];
        if (!text || text->atom_type != JS_ATOM_TYPE_STRING || text->is_wide_char ||
            shape->prop[i].flags != JS_PROP_C_W_E ||
            json_plain_length(text->u.str8, text->u.str8 + text->len) != text->len)
            return 0;
    }
    return 1;
}

/* JSON that is read in a call begins with the shapes that the contract's own objects have, the longest ones. */
static void remember_shapes(void)
{
    struct list_head *at;
    list_for_each(at, &runtime->gc_obj_list) {
        JSShape *shape = (JSShape *)list_entry(at, JSGCObjectHeader, link);
        JSShape **slot;
        if (shape->header.gc_obj_type != JS_GC_OBJ_TYPE_SHAPE || !is_plain_shape(shape))
            continue;
        slot = &json_shapes[shape->prop[0].atom % JSON_SHAPES];
        if (!*slot || (*slot)->prop_count < shape->prop_count)
            *slot = js_dup_shape(shape);
    }
}
#endif

/* Counts, lists and kinds of objects serve the collector. A shape keeps its count, which says whether it may be changed
   in place, and the context its own, which making a function's prototype takes one from. There is one realm. */
static void forget_counts(void)
{
    struct list_head *at = runtime->gc_obj_list.next;
    while (at != &runtime->gc_obj_list) {
        JSGCObjectHeader *header = list_entry(at, JSGCObjectHeader, link);
        at = at->next;
        header->link.prev = NULL;
        header->link.next = NULL;
        if (header->gc_obj_type == JS_GC_OBJ_TYPE_SHAPE || header->gc_obj_type == JS_GC_OBJ_TYPE_JS_CONTEXT)
            continue;
        if (header->gc_obj_type == JS_GC_OBJ_TYPE_FUNCTION_BYTECODE)
            forget_making_of((JSFunctionBytecode *)header);
        else if (header->gc_obj_type == JS_GC_OBJ_TYPE_VAR_REF)
            ((JSVarRef *)header)->is_detached = 0;
        else if (((JSObject *)header)->class_id == JS_CLASS_C_FUNCTION)
            ((JSObject *)header)->u.cfunc.realm = NULL;
        header->ref_count = 0;
        header->gc_obj_type = 0;
        header->mark = 0;
    }
    init_list_head(&runtime->gc_obj_list);
    runtime->atom_free_index = 0;
    for (int i = runtime->atom_size - 1; i > 0; i--) {
        JSAtomStruct *atom = runtime->atom_array[i];
        if (atom_is_free(atom)) {
            runtime->atom_array[i] = NULL;
            runtime->atom_free_index = i;
        } else
            atom->header.ref_count = 0;
    }
}

/* Last step of the build: what is free is zero and takes no room in the contract. */
EXPORT(engine_seal) void engine_seal(void)
{
    struct list_head *at;
    forget_module();
    list_for_each(at, &runtime->gc_obj_list) {
        JSGCObjectHeader *header = list_entry(at, JSGCObjectHeader, link);
        if (header->gc_obj_type == JS_GC_OBJ_TYPE_FUNCTION_BYTECODE)
            forget_names((JSFunctionBytecode *)header);
    }
    forget_releases();
    each_object(forget_deleted, 0);
#ifndef ENGINE_COMPILER
    engine_object_shape = js_new_shape2(context, JS_VALUE_GET_OBJ(context->class_proto[JS_CLASS_OBJECT]), 4, 4);
    engine_function_shape = js_new_shape2(context, JS_VALUE_GET_OBJ(context->function_proto), 4, 1);
    remember_shapes();
    /* Else nearly every call would fill the table up and build a larger one, at 0.008 Tgas. */
    resize_shape_hash(runtime, runtime->shape_hash_bits + 1);
    forget_counts();
    memset(opcode_info, 0, sizeof opcode_info);
#endif
    memset(js_atom_init, 0, sizeof js_atom_init);
    memory_settle();
    building = 0;
}
