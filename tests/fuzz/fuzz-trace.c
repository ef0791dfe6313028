/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "atls/stile-trace-document.h"
#include "codec/stile-json.h"

static char *
print (StileTraceDocument *document)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_trace_document_to_variant (document));

  return stile_json_print (variant, FALSE);
}

/* A trace from anybody: what is read of it can be written, and reads back as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileTraceDocument) document = stile_trace_document_new_from_json (bytes, &error);
  g_autoptr (StileTraceDocument) again = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  g_autoptr (GBytes) json = NULL;

  g_assert_true ((document == NULL) == (error != NULL));
  if (document == NULL)
    return 0;

  text = print (document);
  json = g_bytes_new_static (text, strlen (text));
  again = stile_trace_document_new_from_json (json, &error);
  g_assert_no_error (error);
  text_again = print (again);
  g_assert_cmpstr (text, ==, text_again);

  return 0;
}
