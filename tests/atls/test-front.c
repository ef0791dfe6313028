/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-front.h"

#include <string.h>

#include "codec/stile-json.h"
#include "support/test-pki.h"

#define DIGEST "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static StileFront *
read_text (const char *text)
{
  g_autoptr (GBytes) document = g_bytes_new (text, strlen (text));
  g_autoptr (GVariant) variant = stile_json_parse (document, STILE_JSON_MAX_SIZE, NULL);

  g_assert_nonnull (variant);
  return stile_front_new_from_variant (variant);
}

static void
test_goes_over_and_back (void)
{
  StileFront *sent = stile_front_new ();
  g_autoptr (GVariant) variant = NULL;
  g_autofree char *text = NULL;
  StileFront *received;

  stile_front_add_key (sent, DIGEST);
  stile_front_add_field (sent, "X-Forwarded-*");
  stile_front_add_field (sent, "Via");
  variant = g_variant_ref_sink (stile_front_to_variant (sent));
  text = stile_json_print (variant, FALSE);
  received = read_text (text);

  g_assert_cmpuint (stile_front_get_keys (received)->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (stile_front_get_keys (received), 0), ==, DIGEST);
  g_assert_cmpuint (stile_front_get_fields (received)->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (stile_front_get_fields (received), 0), ==, "X-Forwarded-*");
  g_assert_cmpstr (g_ptr_array_index (stile_front_get_fields (received), 1), ==, "Via");
  g_assert_finalize_object (received);
  g_assert_finalize_object (sent);
}

/* A certificate that is renewed with its key is the same terminator. */
static void
test_knows_a_key_by_its_digest (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) before = test_pki_issue (root, &(TestPkiOptions){ .name = "Front" });
  g_autoptr (TestPki) renewed =
      test_pki_issue (root, &(TestPkiOptions){ .name = "Front, renewed", .same_key_as = before });
  g_autoptr (TestPki) other = test_pki_issue (root, &(TestPkiOptions){ .name = "Front" });
  g_autofree char *digest = stile_front_digest_key (test_pki_get_certificate (renewed));
  g_autofree char *upper = g_ascii_strup (digest, -1);
  g_autofree char *others = stile_front_digest_key (test_pki_get_certificate (other));
  g_autoptr (StileFront) front = stile_front_new ();

  stile_front_add_certificate (front, test_pki_get_certificate (before));
  stile_front_add_certificate (front, test_pki_get_certificate (renewed));
  stile_front_add_key (front, upper);
  g_assert_cmpuint (strlen (digest), ==, 64);
  g_assert_cmpuint (stile_front_get_keys (front)->len, ==, 1);
  g_assert_true (stile_front_has_key (front, digest));
  g_assert_true (stile_front_has_key (front, upper));
  g_assert_false (stile_front_has_key (front, others));
  g_assert_false (stile_front_has_key (front, ""));
}

static void
test_matches_fields (void)
{
  g_autoptr (StileFront) front = stile_front_new ();
  g_autoptr (StileFront) all = stile_front_new ();

  stile_front_add_field (front, "x-forwarded-*");
  stile_front_add_field (front, "Via");
  stile_front_add_field (front, "");
  g_assert_true (stile_front_adds_field (front, "X-Forwarded-For"));
  g_assert_true (stile_front_adds_field (front, "X-Forwarded-"));
  g_assert_true (stile_front_adds_field (front, "VIA"));
  g_assert_false (stile_front_adds_field (front, "X-Forwarded"));
  g_assert_false (stile_front_adds_field (front, "Via-More"));
  g_assert_false (stile_front_adds_field (front, "Vi"));
  g_assert_false (stile_front_adds_field (all, "Via"));
  stile_front_add_field (all, "*");
  g_assert_true (stile_front_adds_field (all, "Anything"));
}

/* What a peer sends without end stays within the limits. */
static void
test_keeps_its_limits (void)
{
  g_autoptr (StileFront) front = stile_front_new ();

  for (guint i = 0; i < 2 * STILE_FRONT_MAX_KEYS; i++)
    {
      g_autofree char *digest = g_strdup_printf ("%064x", i);

      stile_front_add_key (front, digest);
      stile_front_add_field (front, digest);
    }
  g_assert_cmpuint (stile_front_get_keys (front)->len, ==, STILE_FRONT_MAX_KEYS);
  g_assert_cmpuint (stile_front_get_fields (front)->len, ==, STILE_FRONT_MAX_FIELDS);
}

static void
test_reads_what_it_can (void)
{
  static const char *const odd[] = { "{}", "[]", "{\"keys\":1,\"adds\":{}}", "{\"keys\":null}",
                                     "{\"keys\":[1,null,[]],\"adds\":[{}]}" };
  g_autoptr (StileFront) some = read_text ("{\"keys\":[1,\"AB\",null],\"adds\":[\"Via\",2],\"more\":3}");
  g_autoptr (StileFront) none = stile_front_new_from_variant (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (StileFront) front = read_text (odd[i]);

      g_assert_cmpuint (stile_front_get_keys (front)->len, ==, 0);
      g_assert_cmpuint (stile_front_get_fields (front)->len, ==, 0);
    }
  g_assert_cmpuint (stile_front_get_keys (none)->len, ==, 0);
  g_assert_cmpuint (stile_front_get_keys (some)->len, ==, 1);
  g_assert_true (stile_front_has_key (some, "ab"));
  g_assert_true (stile_front_adds_field (some, "via"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/front/goes-over-and-back", test_goes_over_and_back);
  g_test_add_func ("/atls/front/knows-a-key-by-its-digest", test_knows_a_key_by_its_digest);
  g_test_add_func ("/atls/front/matches-fields", test_matches_fields);
  g_test_add_func ("/atls/front/keeps-its-limits", test_keeps_its_limits);
  g_test_add_func ("/atls/front/reads-what-it-can", test_reads_what_it_can);

  return g_test_run ();
}
