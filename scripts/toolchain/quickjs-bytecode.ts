/**
 * Changes to QuickJS's bytecode. A function finds variables of its module by their number in one table, where QuickJS
 * gives every function references to each variable that it names; names of fields take two bytes instead of four; see
 * `bytecode.h`, which rewrites the bytecode when it is loaded, while building.
 */
import type { SourcePatch } from "./quickjs-patches.ts";

const RESOLVE_MODULE_VARIABLE = `/* A variable of the module in one of its functions; FALSE leaves it to be a closure variable. */
static BOOL engine_resolve_module_var(JSContext *ctx, JSFunctionDef *s, JSClosureVar *cv, int idx, int op, DynBuf *bc,
                                      uint8_t *bc_buf, LabelSlot *ls, int label_done, int *pos_next)
{
    if (!cv->is_local)
        return FALSE;
    switch (op) {
    case OP_scope_make_ref:
        if (cv->is_const || label_done != -1 || !can_opt_put_ref_value(bc_buf, ls->pos))
            return FALSE;
        *pos_next = optimize_scope_make_ref(ctx, s, bc, bc_buf, ls, *pos_next, OP_get_module_var, idx);
        return TRUE;
    case OP_scope_get_ref:
        dbuf_putc(bc, OP_undefined);
        /* fall thru */
    case OP_scope_get_var_undef:
    case OP_scope_get_var:
        dbuf_putc(bc, OP_get_module_var);
        break;
    case OP_scope_put_var:
        if (cv->is_const)
            return FALSE;
        dbuf_putc(bc, OP_put_module_var);
        break;
    default:
        return FALSE;
    }
    dbuf_put_u16(bc, idx);
    return TRUE;
}

`;

/** For both engines, which must agree on opcodes. */
export const BYTECODE_PATCHES: readonly SourcePatch[] = [
  {
    file: "quickjs-opcode.h",
    why: "checked while the module's body runs; the end of the build makes get_known_var of the first",
    find: "DEF(put_var_ref_check_init, 3, 1, 0, var_ref)\n",
    replace:
      "DEF(put_var_ref_check_init, 3, 1, 0, var_ref)\n" +
      "DEF(get_module_var, 3, 0, 1, u16)\nDEF(put_module_var, 3, 1, 0, u16) /* must come after get_module_var */\n",
  },
  {
    file: "quickjs-opcode.h",
    why: "what bytecode.h makes",
    find: "DEF( typeof_is_function, 1, 1, 1, none)\n",
    replace:
      "DEF( typeof_is_function, 1, 1, 1, none)\n" +
      "DEF(  get_known_var, 3, 0, 1, u16)\nDEF(     get_global, 2, 0, 1, u8)\n" +
      "DEF(    push_atom16, 3, 0, 1, atom16)\nDEF(    get_field16, 3, 1, 1, atom16)\n" +
      "DEF(   get_method16, 3, 1, 2, atom16)\nDEF(    put_field16, 3, 2, 0, atom16)\n" +
      "DEF( define_field16, 3, 2, 1, atom16)\nDEF(    unless_text, 4, 1, 0, u16)\n",
  },
  {
    file: "quickjs-opcode.h",
    why: "a name of 16 bits",
    find: "FMT(label_u16)\n",
    replace: "FMT(label_u16)\nFMT(atom16)\n",
  },
  {
    file: "quickjs.c",
    why: "variables of the module by their number",
    find: "/* return the position of the next opcode */\nstatic int resolve_scope_var(",
    replace: `${RESOLVE_MODULE_VARIABLE}/* return the position of the next opcode */\nstatic int resolve_scope_var(`,
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "            if (var_name == cv->var_name) {\n                if (fd != s) {\n",
    replace:
      "            if (var_name == cv->var_name) {\n" +
      "                if (fd->module && fd != s &&\n" +
      "                    engine_resolve_module_var(ctx, s, cv, idx1, op, bc, bc_buf, ls, label_done, &pos_next))\n" +
      "                    goto done;\n                if (fd != s) {\n",
  },
];

const INSTRUCTIONS = `        CASE(OP_get_module_var):
            {
                JSValue val = engine_module_vars[get_u16(pc)];
                pc += 2;
                if (unlikely(JS_IsUninitialized(val))) {
                    JS_ThrowReferenceErrorUninitialized(ctx, JS_ATOM_NULL);
                    goto exception;
                }
                *sp++ = JS_DupValue(ctx, val);
            }
            BREAK;
        CASE(OP_put_module_var):
            {
                JSValue *variable = &engine_module_vars[get_u16(pc)];
                pc += 2;
                if (unlikely(JS_IsUninitialized(*variable))) {
                    JS_ThrowReferenceErrorUninitialized(ctx, JS_ATOM_NULL);
                    goto exception;
                }
                set_value(ctx, variable, *--sp);
            }
            BREAK;
        CASE(OP_get_known_var):
            *sp++ = JS_DupValue(ctx, engine_module_vars[get_u16(pc)]);
            pc += 2;
            BREAK;
        CASE(OP_get_global):
            *sp++ = JS_DupValue(ctx, engine_globals[*pc++]);
            BREAK;
        CASE(OP_unless_text):
            {
                uint32_t operand = get_u16(pc);
                JSValue val = sp[-1];
                if (engine_is_text(ctx, val, operand & INT16_MAX))
                    pc += 3;
                else
                    pc += 2 + (int8_t)pc[2];
                if (!(operand >> 15)) {
                    sp--;
                    JS_FreeValue(ctx, val);
                }
            }
            BREAK;
        CASE(OP_push_atom16):
            *sp++ = engine_atom_value(ctx, get_u16(pc));
            pc += 2;
            BREAK;
        CASE(OP_get_field16):
            {
                JSValue val = JS_GetProperty(ctx, sp[-1], get_u16(pc));
                pc += 2;
                if (unlikely(JS_IsException(val)))
                    goto exception;
                JS_FreeValue(ctx, sp[-1]);
                sp[-1] = val;
            }
            BREAK;
        CASE(OP_get_method16):
            {
                JSValue val = JS_GetProperty(ctx, sp[-1], get_u16(pc));
                pc += 2;
                if (unlikely(JS_IsException(val)))
                    goto exception;
                *sp++ = val;
            }
            BREAK;
        CASE(OP_put_field16):
            {
                int ret = JS_SetPropertyInternal(ctx, sp[-2], get_u16(pc), sp[-1], JS_PROP_THROW_STRICT);
                pc += 2;
                JS_FreeValue(ctx, sp[-2]);
                sp -= 2;
                if (unlikely(ret < 0))
                    goto exception;
            }
            BREAK;
        CASE(OP_define_field16):
            {
                int ret, atom = get_u16(pc);
                pc += 2;
                sp--;
                if (engine_add_field(ctx, sp[-1], atom, *sp))
                    BREAK;
                ret = JS_DefinePropertyValue(ctx, sp[-1], atom, *sp, JS_PROP_C_W_E | JS_PROP_THROW);
                if (unlikely(ret < 0))
                    goto exception;
            }
            BREAK;

`;

const TABLES = `#define ENGINE_MAX_GLOBALS 64

/* The module's variables by their number among the closure variables of its body. */
static JSValue *engine_module_vars;
static int engine_module_var_count;

/* Values of the global object's properties that the code names. */
static JSValue engine_globals[ENGINE_MAX_GLOBALS];
static JSAtom engine_global_names[ENGINE_MAX_GLOBALS];
static int engine_global_count;

`;

const CLOSURE =
  "static JSValue js_closure2(JSContext *ctx, JSValue func_obj,\n                           JSFunctionBytecode *b,\n" +
  "                           JSVarRef **cur_var_refs,\n                           JSStackFrame *sf)\n{";
const MODULE_VARIABLE = "static JSVarRef *js_create_module_var(JSContext *ctx, BOOL is_lexical)\n{";

export const RUNTIME_BYTECODE_PATCHES: readonly SourcePatch[] = [
  { file: "quickjs.c", why: "see bytecode.h", find: CLOSURE, replace: TABLES + CLOSURE },
  {
    file: "quickjs.c",
    why: "same",
    find: MODULE_VARIABLE,
    replace: `#include "bytecode.h"\n\n${MODULE_VARIABLE}`,
  },
  {
    file: "quickjs.c",
    why: "a case of its own: else every instruction is counted from 1 on before the jump to its code",
    find: "        CASE(OP_invalid):\n",
    replace: "        CASE(OP_invalid):\n            __builtin_trap();\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "        CASE(OP_set_name):\n",
    replace: `${INSTRUCTIONS}        CASE(OP_set_name):\n`,
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "        if (JS_ReadFunctionBytecode(s, b, byte_code_offset, b->byte_code_len))\n",
    replace:
      "        if (JS_ReadFunctionBytecode(s, b, byte_code_offset, b->byte_code_len) || engine_pack(ctx, b))\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "            atom = get_u32(bc_buf + pos + 1);\n            JS_FreeAtomRT(rt, atom);\n            break;\n",
    replace:
      "            atom = get_u32(bc_buf + pos + 1);\n            JS_FreeAtomRT(rt, atom);\n            break;\n" +
      "        case OP_FMT_atom16:\n            JS_FreeAtomRT(rt, get_u16(bc_buf + pos + 1));\n            break;\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "                var_ref = js_create_module_var(ctx, cv->is_lexical);\n                if (!var_ref)\n                    goto fail;\n",
    replace:
      "                var_ref = js_create_module_var(ctx, cv->is_lexical);\n" +
      "                if (!var_ref || engine_place_module_var(ctx, var_ref, i, b->closure_var_count))\n                    goto fail;\n",
  },
];
