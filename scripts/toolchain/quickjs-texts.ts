/** JSON and searching in texts without the general functions' detours. */
import type { SourcePatch } from "./quickjs-patches.ts";

export const TEXT_PATCHES: readonly SourcePatch[] = [
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
    replace:
      "    if (magic == 0 && pos <= len && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, pos) >= 0;\n" +
      "    } else if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {",
  },
  {
    file: "quickjs.c",
    why: "json-read.c parses in one pass",
    find:
      "    str = JS_ToCStringLen(ctx, &len, argv[0]);\n    if (!str)\n        return JS_EXCEPTION;\n" +
      '    obj = JS_ParseJSON(ctx, str, len, "<input>");\n    JS_FreeCString(ctx, str);\n',
    replace: "    obj = engine_json_parse(ctx, argv[0]);\n",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
    replace:
      "static JSValue engine_json_parse(JSContext *ctx, JSValueConst input);\n" +
      "static JSValue engine_json_stringify(JSContext *ctx, JSValueConst value);\n" +
      "static JSValue js_json_parse(JSContext *ctx, JSValueConst this_val,",
  },
  {
    file: "quickjs.c",
    why: "json-write.c writes plain data in one pass",
    find: "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
    replace:
      "    if (JS_IsUndefined(argv[1]) && JS_IsUndefined(argv[2])) {\n" +
      "        JSValue text = engine_json_stringify(ctx, argv[0]);\n" +
      "        if (!JS_IsUndefined(text)) return text;\n    }\n" +
      "    return JS_JSONStringify(ctx, argv[0], argv[1], argv[2]);",
  },
  {
    file: "quickjs.c",
    why: "searching character by character through function calls",
    find: "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
    replace:
      "static int engine_indexof(const JSString *text, const JSString *part, int from)\n{\n" +
      "    const uint8_t *start = text->u.str8, *p = start + from, *found;\n" +
      "    int left = text->len - part->len - from;\n" +
      "    if (part->len == 0) return from;\n" +
      "    for (; left >= 0; left -= found - p + 1, p = found + 1) {\n" +
      "        found = memchr(p, part->u.str8[0], left + 1);\n" +
      "        if (!found) break;\n" +
      "        if (!memcmp(found, part->u.str8, part->len)) return found - start;\n" +
      "    }\n    return -1;\n}\n\n" +
      "static int string_cmp(JSString *p1, JSString *p2, int x1, int x2, int len)\n{",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
    replace:
      "    if (!p1->is_wide_char && !p2->is_wide_char) return engine_indexof(p1, p2, from);\n" +
      "    if (len2 == 0)\n        return from;\n    for (i = from, c = string_get(p2, 0);",
  },
  {
    file: "quickjs.c",
    why: "same",
    find: "    ret = -1;\n    if (len >= v_len && inc * (stop - start) >= 0) {",
    replace:
      "    ret = -1;\n    if (inc == 1 && !p->is_wide_char && !p1->is_wide_char) {\n" +
      "        ret = engine_indexof(p, p1, start);\n" +
      "    } else if (len >= v_len && inc * (stop - start) >= 0) {",
  },
];
