import { BYTECODE_PATCHES, RUNTIME_BYTECODE_PATCHES } from "./quickjs-bytecode.ts";
import { LAYOUT } from "./quickjs-layout.ts";
import { LEFT_OUT } from "./quickjs-left-out.ts";
import { OBJECT_PATCHES } from "./quickjs-objects.ts";
import { RELEASE_PATCHES } from "./quickjs-releases.ts";
import { TEXT_PATCHES } from "./quickjs-texts.ts";

/** A text replacement in QuickJS's source: `find` must occur exactly once. */
export interface SourcePatch {
  readonly file: string;
  readonly why: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * A function's own variables are read and written without asking whether their declaration has run: TypeScript
 * (TS2448) and the tests under Node, where the same code runs with these checks, refuse such uses. `this` of derived
 * classes and variables of surrounding functions keep their checks, and those of modules while the module's body runs.
 */
const UNCHECKED_LOCALS: readonly (readonly [find: string, replace: string])[] = [
  [
    "if (s->vars[var_idx].is_lexical)\n                        get_op = OP_get_loc_check;",
    "if (s->vars[var_idx].is_lexical && var_name == JS_ATOM_this)\n                        get_op = OP_get_loc_check;",
  ],
  [
    "                            dbuf_putc(bc, OP_put_loc_check);\n",
    "                            dbuf_putc(bc, var_name == JS_ATOM_this ? OP_put_loc_check : OP_put_loc);\n",
  ],
  [
    "                    if (s->vars[var_idx].is_lexical) {\n                        dbuf_putc(bc, OP_get_loc_check);",
    "                    if (s->vars[var_idx].is_lexical && var_name == JS_ATOM_this) {\n                        dbuf_putc(bc, OP_get_loc_check);",
  ],
  [
    "                                dbuf_putc(&bc_out, OP_set_loc_uninitialized);\n                                dbuf_put_u16(&bc_out, scope_idx);\n",
    "                                if (vd->var_name == JS_ATOM_this) {\n" +
      "                                    dbuf_putc(&bc_out, OP_set_loc_uninitialized);\n" +
      "                                    dbuf_put_u16(&bc_out, scope_idx);\n                                }\n",
  ],
];

/** Patches for both engines; they must agree on atoms, opcodes and bytecode. */
export const COMMON_PATCHES: readonly SourcePatch[] = [
  ...BYTECODE_PATCHES,
  {
    file: "libbf.c",
    why: "shifting a 32-bit limb by 32 is undefined: wrong BigInts from 2^63 on",
    find: "r->tab[1] = (a1 << shift) | (a0 >> (LIMB_BITS - shift));\n        r->expn = 2 * LIMB_BITS - shift;",
    replace:
      "r->tab[1] = shift ? (a1 << shift) | (a0 >> (LIMB_BITS - shift)) : a1;\n        r->expn = 2 * LIMB_BITS - shift;",
  },
  {
    file: "libbf.c",
    why: "FFT multiplication is for numbers of thousands of digits",
    find: "#define USE_FFT_MUL",
    replace: "",
  },
  {
    file: "quickjs.c",
    why: "our formatting rounds ties as JavaScript asks",
    find: "#if !defined(_WIN32)\n/* define it if printf",
    replace: "#if 0\n/* define it if printf",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: "static void js_ecvt1(double d,",
    replace:
      "void engine_digits(double d, int count, int rounding, int *point, int *negative, char *out);\n" +
      "int engine_fixed(double d, int count, char *out);\n" +
      "#define js_ecvt1(d, n, point, sign, buf, mode, tmp, tmp_size) \\\n" +
      "    engine_digits(d, n, is_fixed ? BF_RNDNA : BF_RNDN, point, sign, buf)\n" +
      "static void js_ecvt1_unused(double d,",
  },
  {
    file: "quickjs.c",
    why: "the check of a candidate's digits must parse them, not printf's buffer",
    find: "if (strtod(buf_tmp, NULL) == d) {",
    replace: "if (engine_reads_as(buf, n_digits, *decpt, *sign, d)) {",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static int js_ecvt(double d,",
    replace:
      "static int engine_reads_as(const char *digits, int n, int point, int negative, double d)\n{\n" +
      "    char text[64];\n" +
      '    snprintf(text, sizeof text, "%s%se%d", negative ? "-" : "", digits, point - n);\n' +
      "    return strtod(text, NULL) == d;\n}\n\n" +
      "static int js_ecvt(double d,",
  },
  {
    file: "quickjs.c",
    why: "digits come from libbf (numbers.c)",
    find: 'n = snprintf(buf, buf_size, "%.*f", n_digits, d);',
    replace: "n = engine_fixed(d, n_digits, buf);",
  },
  {
    file: "quickjs.c",
    why: "same as the next",
    find: "        is_neg = 0;\n        if (*p == '-') {\n            is_neg = 1;\n            p++;\n        }\n",
    replace:
      "        const char *digits;\n        is_neg = 0;\n        if (*p == '-') {\n" +
      "            is_neg = 1;\n            p++;\n        }\n        digits = p;\n",
  },
  {
    file: "quickjs.c",
    why: "integers above 1.8e19 are read digit by digit and rounded twice",
    find: "        d = n;\n        if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
    replace:
      "        d = n;\n        if (int_exp != 0 && radix == 10) {\n" +
      "            d = strtod(digits, NULL);\n" +
      "        } else if (int_exp != 0) {\n            d *= pow(radix, int_exp);",
  },
  {
    file: "quickjs.c",
    why: "the table of names is dead after start-up: writable, so that the build can wipe it",
    find: "static const char js_atom_init[] =",
    replace: "static char js_atom_init[] =",
  },
  ...UNCHECKED_LOCALS.map(([find, replace]) => ({
    file: "quickjs.c",
    why: "see UNCHECKED_LOCALS",
    find,
    replace,
  })),
  {
    file: "quickjs.c",
    why: "memory.c gives out zeros",
    find: "    ptr = js_malloc_rt(rt, size);\n    if (!ptr)\n        return NULL;\n    return memset(ptr, 0, size);\n",
    replace: "    ptr = js_malloc_rt(rt, size);\n    return ptr;\n",
  },
  {
    file: "quickjs.c",
    why: "one allocator without counters and indirect calls",
    find: "return rt->mf.js_malloc(&rt->malloc_state, size);",
    replace: "return malloc(size);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "rt->mf.js_free(&rt->malloc_state, ptr);",
    replace: "free(ptr);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "return rt->mf.js_realloc(&rt->malloc_state, ptr, size);",
    replace: "return realloc(ptr, size);",
  },
];

/** Parts of the runtime engine that a contract has no use for, or must not use, and what is too slow in it. */
export const RUNTIME_PATCHES: readonly SourcePatch[] = [
  ...RUNTIME_BYTECODE_PATCHES,
  ...LEFT_OUT,
  ...RELEASE_PATCHES,
  ...LAYOUT.map(([find, replace]) => ({ file: "quickjs.c", why: "see quickjs-layout.ts", find, replace })),
  ...OBJECT_PATCHES,
  ...TEXT_PATCHES,
];

/** Applies the patches of one file; throws when the source is not the one the patches were made for. */
export function patchSource(file: string, source: string, patches: readonly SourcePatch[]): string {
  let text = source;
  for (const patch of patches.filter((p) => p.file === file)) {
    const parts = text.split(patch.find);
    if (parts.length !== 2) {
      const found = parts.length - 1;
      throw new Error(
        `QuickJS patch for ${file} (${patch.why}) expects its text once, found ${found} times; is qjsc still 0.3.0?`,
      );
    }
    text = parts.join(patch.replace);
  }
  return text;
}
