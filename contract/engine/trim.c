/* What a contract's code never names is taken out at build time: built-in functions and objects, names of variables.
   The snapshot then drops the C functions that nothing refers to any more. */

#define MAX_KEPT 4096

static JSAtom kept[MAX_KEPT];
static int kept_count;

/* A property of this name stays wherever it is. */
EXPORT(engine_keep) void engine_keep(const char *name)
{
    if (kept_count < MAX_KEPT)
        kept[kept_count++] = JS_NewAtom(context, name);
}

static int is_kept(JSAtom atom)
{
    for (int i = 0; i < kept_count; i++)
        if (kept[i] == atom)
            return 1;
    return 0;
}

/* What the contract's code uses of the language; numbered in snapshot.ts. */
enum { USES_REGEXP = 1, USES_GENERATORS = 2, USES_POWERS = 4 };

/* Of symbols only those of regular expressions can be missed: the others are how the language itself calls. */
static int is_needed(JSObject *object, JSAtom atom, int uses)
{
    if (__JS_AtomIsTaggedInt(atom))
        return 1;
    if (runtime->atom_array[atom]->atom_type == JS_ATOM_TYPE_STRING)
        return is_kept(atom);
    return uses & USES_REGEXP || object != JS_VALUE_GET_OBJ(context->class_proto[JS_CLASS_REGEXP]);
}

static void trim_object(JSObject *object, int uses)
{
    JSValue value = JS_MKPTR(JS_TAG_OBJECT, object);
    int count = object->shape->prop_count, found = 0;
    JSAtom *doomed = malloc(sizeof(JSAtom) * (count + 1));
    for (int i = 0; i < count; i++) {
        JSAtom atom = get_shape_prop(object->shape)[i].atom;
        if (atom != JS_ATOM_NULL && !is_needed(object, atom, uses))
            doomed[found++] = JS_DupAtom(context, atom);
    }
    for (int i = 0; i < found; i++) {
        JS_DeleteProperty(context, value, doomed[i], 0);
        JS_FreeAtom(context, doomed[i]);
    }
    free(doomed);
    if (object->shape->deleted_prop_count)
        compact_properties(context, object);
}

/* QuickJS makes a built-in function when it is first looked up, which every call would pay for again. */
static void make_builtins(JSObject *object)
{
    for (int i = 0; i < object->shape->prop_count; i++) {
        JSShapeProperty *slot = &get_shape_prop(object->shape)[i];
        if (slot->atom != JS_ATOM_NULL && (slot->flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT)
            JS_FreeValue(context, JS_GetProperty(context, JS_MKPTR(JS_TAG_OBJECT, object), slot->atom));
    }
}

static void each_object(void (*visit)(JSObject *object, int argument), int argument)
{
    struct list_head *at;
    JSObject **objects;
    int count = 0;
    list_for_each(at, &runtime->gc_obj_list) count++;
    objects = malloc(sizeof(JSObject *) * (count + 1));
    count = 0;
    list_for_each(at, &runtime->gc_obj_list) {
        JSGCObjectHeader *header = list_entry(at, JSGCObjectHeader, link);
        if (header->gc_obj_type != JS_GC_OBJ_TYPE_JS_OBJECT)
            continue;
        objects[count] = (JSObject *)header;
        JS_DupValue(context, JS_MKPTR(JS_TAG_OBJECT, objects[count]));
        count++;
    }
    for (int i = 0; i < count; i++)
        visit(objects[i], argument);
    for (int i = 0; i < count; i++)
        JS_FreeValue(context, JS_MKPTR(JS_TAG_OBJECT, objects[i]));
    free(objects);
}

static void make_builtins_of(JSObject *object, int unused) { make_builtins(object); }

static void forget_class(JSClassID id)
{
    JS_FreeValue(context, context->class_proto[id]);
    context->class_proto[id] = JS_NULL;
    runtime->class_array[id].call = NULL;
}

/* Classes of which no object can come to be: no syntax makes them and nothing names them. Bytes from the host are
   Uint8Arrays, whose name may be missing. */
static void forget_unused_classes(int uses)
{
    static const uint8_t by_name[] = {
        JS_CLASS_SHARED_ARRAY_BUFFER, JS_CLASS_UINT8C_ARRAY, JS_CLASS_INT8_ARRAY, JS_CLASS_INT16_ARRAY,
        JS_CLASS_UINT16_ARRAY, JS_CLASS_INT32_ARRAY, JS_CLASS_UINT32_ARRAY, JS_CLASS_BIG_INT64_ARRAY,
        JS_CLASS_BIG_UINT64_ARRAY, JS_CLASS_FLOAT32_ARRAY, JS_CLASS_FLOAT64_ARRAY, JS_CLASS_DATAVIEW,
        JS_CLASS_WEAKMAP, JS_CLASS_WEAKSET,
    };
    for (int i = 0; i < countof(by_name); i++)
        if (!is_kept(runtime->class_array[by_name[i]].class_name))
            forget_class(by_name[i]);
    if (!(uses & USES_REGEXP)) {
        forget_class(JS_CLASS_REGEXP);
        JS_FreeValue(context, context->regexp_ctor);
        context->regexp_ctor = JS_NULL;
        forget_class(JS_CLASS_REGEXP_STRING_ITERATOR);
    }
    if (!(uses & USES_GENERATORS)) {
        forget_class(JS_CLASS_GENERATOR);
        forget_class(JS_CLASS_GENERATOR_FUNCTION);
    }
}

#ifndef ENGINE_COMPILER
/* The C library's tables for pow, 2^7 entries each. */
extern const double __pow_log_data[9 + 4 * 128], __exp_data[14 + 2 * 128];

static void forget_powers(void)
{
    engine_pow = NULL;
    engine_bf_pow = NULL;
    memset((void *)__pow_log_data, 0, sizeof __pow_log_data);
    memset((void *)__exp_data, 0, sizeof __exp_data);
}
#endif

/* Before the contract is loaded: nothing but built-ins is there. */
EXPORT(engine_trim) void engine_trim(int uses)
{
    /* what is made may hold more to make: Math is made with the global object's properties */
    for (int round = 0; round < 3; round++) {
        each_object(trim_object, uses);
        each_object(make_builtins_of, 0);
    }
    forget_unused_classes(uses);
#ifndef ENGINE_COMPILER
    if (!(uses & USES_POWERS))
        forget_powers();
#endif
    for (int i = 0; i < kept_count; i++)
        JS_FreeAtom(context, kept[i]);
    memset(kept, 0, sizeof kept);
    kept_count = 0;
    wipe_builtin_tables();
}
