/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include "bootstrap/stile-voucher-json.h"
#include "bootstrap/stile-voucher-words.h"

static void
check_words (StileVoucher *voucher)
{
  g_autofree char *summary = stile_voucher_words_summarize (voucher, NULL);
  g_autofree char *validity = stile_voucher_words_describe_validity (voucher);

  g_assert_true (g_utf8_validate (summary, -1, NULL));
  g_assert_true (g_utf8_validate (validity, -1, NULL));
}

/* What one end signs, the other reads, and it is the same voucher. */
static void
check_round_trip (StileVoucher *voucher, StileVoucherKind kind)
{
  g_autoptr (GBytes) first = stile_voucher_json_print (voucher);
  g_autoptr (StileVoucher) again = NULL;
  g_autoptr (GBytes) second = NULL;

  /* Characters that are escaped take more room. */
  if (g_bytes_get_size (first) > STILE_VOUCHER_JSON_MAX_SIZE)
    return;

  g_assert_true (stile_voucher_json_check_root (first, kind, NULL));
  again = stile_voucher_json_parse (first, kind, NULL);
  g_assert_nonnull (again);
  second = stile_voucher_json_print (again);
  g_assert_true (g_bytes_equal (first, second));
}

static void
try_kind (GBytes *json, StileVoucherKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) root_error = NULL;
  g_autoptr (StileVoucher) voucher = stile_voucher_json_parse (json, kind, &error);
  gboolean right = stile_voucher_json_check_root (json, kind, &root_error);
  g_auto (GStrv) unknown = stile_voucher_json_list_unknown (json, kind);

  g_assert_true (right == (root_error == NULL));
  g_assert_true (right || g_utf8_validate (root_error->message, -1, NULL));
  g_assert_cmpuint (voucher != NULL ? g_strv_length (unknown) : 0, <=, STILE_VOUCHER_JSON_MAX_MEMBERS);
  if (voucher == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }

  check_words (voucher);
  check_round_trip (voucher, kind);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  g_autoptr (GBytes) json = g_bytes_new_static (data, size);

  try_kind (json, STILE_VOUCHER_ARTIFACT);
  try_kind (json, STILE_VOUCHER_REQUEST);

  return 0;
}
