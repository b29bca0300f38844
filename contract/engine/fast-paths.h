/* What contracts do most, without the general functions' detours. Included into quickjs.c behind the shapes. */

static inline int engine_is_plain(const JSObject *object, JSAtom name)
{
    return !object->is_exotic || (object->class_id == JS_CLASS_ARRAY && !__JS_AtomIsTaggedInt(name));
}

/* JS_GetProperty: values found on the object or its prototypes; everything else is left to JS_GetPropertyInternal. */
static no_inline JSValue engine_get_property(JSContext *ctx, JSValueConst value, JSAtom name)
{
    JSObject *object;
    if (JS_VALUE_GET_TAG(value) == JS_TAG_OBJECT)
        object = JS_VALUE_GET_OBJ(value);
    else if (JS_VALUE_GET_TAG(value) == JS_TAG_STRING && name != JS_ATOM_length && !__JS_AtomIsTaggedInt(name))
        object = JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_STRING]);
    else
        goto general;
    do {
        JSProperty *property;
        JSShapeProperty *slot = find_own_property(&property, object, name);
        if (slot) {
            if (slot->flags & JS_PROP_TMASK)
                goto general;
            return JS_DupValue(ctx, property->u.value);
        }
        if (!engine_is_plain(object, name))
            goto general;
        object = object->shape->proto;
    } while (object);
    return JS_UNDEFINED;
general:
    return JS_GetPropertyInternal(ctx, value, name, value, FALSE);
}
#define JS_GetProperty engine_get_property

/* A field of an object literal; 0 leaves it to JS_DefineProperty. */
static inline int engine_add_field(JSContext *ctx, JSValueConst value, JSAtom name, JSValue field)
{
    JSProperty *property;
    JSShapeProperty *slot;
    JSObject *object = JS_VALUE_GET_OBJ(value);
    if (JS_VALUE_GET_TAG(value) != JS_TAG_OBJECT || object->class_id != JS_CLASS_OBJECT || !object->extensible)
        return 0;
    slot = find_own_property(&property, object, name);
    if (slot && slot->flags == JS_PROP_C_W_E) {
        set_value(ctx, &property->u.value, field);
        return 1;
    }
    if (slot || object->is_exotic)
        return 0;
    property = add_property(ctx, object, name, JS_PROP_C_W_E);
    if (!property)
        return 0;
    property->u.value = field;
    return 1;
}

/* Spreads a plain object into a new one, which takes over its shape; 0 leaves it to JS_CopyDataProperties. */
static int engine_copy_fields(JSContext *ctx, JSObject *to, JSValueConst source)
{
    JSObject *from = JS_VALUE_GET_OBJ(source);
    JSShape *shape;
    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT || from->class_id != JS_CLASS_OBJECT || from->is_exotic)
        return 0;
    shape = from->shape;
    if (!engine_object_shape || to->shape != engine_object_shape || shape->proto != engine_object_shape->proto ||
        !shape->is_hashed || shape->deleted_prop_count)
        return 0;
    for (int i = 0; i < shape->prop_count; i++) {
        JSAtom name = shape->prop[i].atom;
        if (shape->prop[i].flags != JS_PROP_C_W_E)
            return 0;
        /* private fields are not copied, and look like symbols */
        if (!__JS_AtomIsTaggedInt(name) && ctx->rt->atom_array[name]->atom_type != JS_ATOM_TYPE_STRING)
            return 0;
    }
    if (shape->prop_size > engine_object_shape->prop_size) {
        JSProperty *room = js_malloc(ctx, shape->prop_size * sizeof(JSProperty));
        if (!room)
            return 0;
        to->prop = room;
    }
    memcpy(to->prop, from->prop, shape->prop_count * sizeof(JSProperty));
    to->shape = js_dup_shape(shape);
    return 1;
}

/* js_call_c_function for plain functions that get all of their arguments. */
static no_inline JSValue engine_call_native(JSContext *ctx, JSValueConst function, JSValueConst this_value, int argc,
                                            JSValueConst *argv)
{
    JSObject *object = JS_VALUE_GET_OBJ(function);
    JSRuntime *rt = ctx->rt;
    JSStackFrame frame;
    JSValue result;
    if (object->u.cfunc.cproto > JS_CFUNC_generic_magic || argc < object->u.cfunc.length)
        return js_call_c_function(ctx, function, this_value, argc, argv, 0);
    frame.prev_frame = rt->current_stack_frame;
    frame.js_mode = 0;
    frame.cur_func = function;
    frame.arg_count = argc;
    frame.arg_buf = (JSValue *)argv;
    rt->current_stack_frame = &frame;
    if (object->u.cfunc.cproto == JS_CFUNC_generic)
        result = object->u.cfunc.c_function.generic(ctx, this_value, argc, argv);
    else
        result = object->u.cfunc.c_function.generic_magic(ctx, this_value, argc, argv, object->u.cfunc.magic);
    rt->current_stack_frame = frame.prev_frame;
    return result;
}

/* JS_CallInternal for the interpreter's own calls: functions in C need none of its frame. */
static force_inline JSValue engine_call_function(JSContext *ctx, JSValueConst function, JSValueConst this_value,
                                                 int argc, JSValue *argv)
{
    if (JS_VALUE_GET_TAG(function) == JS_TAG_OBJECT &&
        JS_VALUE_GET_OBJ(function)->class_id == JS_CLASS_C_FUNCTION)
        return engine_call_native(ctx, function, this_value, argc, (JSValueConst *)argv);
    return JS_CallInternal(ctx, function, this_value, JS_UNDEFINED, argc, argv, 0);
}

/* JS_AtomToValue. */
static force_inline JSValue engine_atom_value(JSContext *ctx, JSAtom atom)
{
    if (!__JS_AtomIsTaggedInt(atom)) {
        JSAtomStruct *text = ctx->rt->atom_array[atom];
        if (text->atom_type == JS_ATOM_TYPE_STRING)
            return JS_DupValue(ctx, JS_MKPTR(JS_TAG_STRING, text));
    }
    return JS_AtomToValue(ctx, atom);
}

/* Whether a value is strictly equal to the text of this name. Two names with the same text are one. */
static inline int engine_is_text(JSContext *ctx, JSValueConst value, JSAtom name)
{
    JSString *p = JS_VALUE_GET_STRING(value), *text = ctx->rt->atom_array[name];
    if (JS_VALUE_GET_TAG(value) != JS_TAG_STRING)
        return 0;
    if (p == text)
        return 1;
    return !p->atom_type && p->len == text->len && !js_string_compare(ctx, p, text);
}

/* Strict equality of two strings: 1 or 0, or -1 when js_strict_eq has to decide. */
static inline int engine_same_text(JSValueConst a, JSValueConst b)
{
    JSString *p = JS_VALUE_GET_STRING(a), *q = JS_VALUE_GET_STRING(b);
    if (JS_VALUE_GET_TAG(a) != JS_TAG_STRING || JS_VALUE_GET_TAG(b) != JS_TAG_STRING)
        return -1;
    if (p == q)
        return 1;
    if (p->len != q->len)
        return 0;
    return p->is_wide_char | q->is_wide_char ? -1 : !memcmp(p->u.str8, q->u.str8, p->len);
}
