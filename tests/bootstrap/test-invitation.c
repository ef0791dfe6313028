/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-invitation.h"

#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "support/test-pki.h"

#define BEGIN "stile:invitation?"
#define GOOD BEGIN "service=https://a.example"

/* All that a link may set: whatever is added to profiles is not among it until somebody has thought about it. */
static const char *const settable[] = {
  "service", "name", "trust", "registrars", "anchors-pem", "cloud-anchors-pem", NULL,
};

static void
assert_only_settable (StileProfile *profile)
{
  g_autoptr (StileProfile) defaults = stile_profile_new ();
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (profile), &count);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *text = stile_profile_dup_text (profile, specs[i]->name);
      g_autofree char *by_default = stile_profile_dup_text (defaults, specs[i]->name);

      if (!g_strv_contains (settable, specs[i]->name) && g_strcmp0 (text, by_default) != 0)
        g_error ("A link has set “%s” to “%s”", specs[i]->name, text);
    }
}

static StileProfile *
parse (const char *link)
{
  g_autoptr (GError) error = NULL;
  StileProfile *profile = stile_invitation_parse (link, &error);

  g_assert_no_error (error);
  assert_only_settable (profile);
  return profile;
}

static void
assert_refused (const char *link, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileProfile) profile = stile_invitation_parse (link, &error);

  if (profile != NULL)
    g_error ("It is not refused: %.200s", link);
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  if (!g_str_has_prefix (error->message, "Reading the invitation: ") ||
      strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”, for %.200s", words, error->message, link);
}

static char *
encode (TestPki *pki)
{
  gsize length;
  const guint8 *der = g_bytes_get_data (test_pki_get_der (pki), &length);

  return stile_base64url_encode (der, length);
}

/* --- both ways --- */

static void
test_round_trip (void)
{
  g_autofree char *directory = test_pki_directory_new ();
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autoptr (TestPki) cloud = test_pki_authority_new ("Cloud", TEST_PKI_P256);
  g_autofree char *anchors = test_pki_save_chain (root, directory, "root");
  g_autofree char *pem = test_pki_get_chain_pem (cloud);
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) read = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) cloud_list = NULL;
  g_auto (GStrv) registrars = NULL;
  g_autofree char *link = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (profile, "service", "https://a.example:8443/x?y=1&z=%20#f", "name",
                "Plant “Nord” & 工場 =+?#", "anchors", anchors, "cloud-anchors-pem", pem, "registrars",
                "https://b, http://[::1]:1", "trust", STILE_TRUST_CLOUD, "certificate", "/secret/cert", "key",
                "/secret/key", "new-key", "/secret/new", "proxy", "http://secret", "policy",
                STILE_POLICY_NEVER, "mode", STILE_MODE_EXPORT, "tls-version", STILE_TLS_1_2, "enrol",
                STILE_ENROL_NEVER, "compat", TRUE, "no-clock", TRUE, "nonce-required", TRUE, NULL);
  link = stile_invitation_make (profile, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (link, BEGIN "service="));
  g_assert_null (strstr (link, "secret"));
  g_assert_true (g_str_is_ascii (link));

  read = parse (link);
  registrars = stile_profile_list_registrars (read);
  g_assert_cmpstr (stile_profile_get_service (read), ==, stile_profile_get_service (profile));
  g_assert_cmpstr (stile_profile_get_name (read), ==, "Plant “Nord” & 工場 =+?#");
  g_assert_cmpint (stile_profile_get_trust (read), ==, STILE_TRUST_CLOUD);
  g_assert_cmpuint (g_strv_length (registrars), ==, 3);
  g_assert_cmpstr (registrars[1], ==, "https://b");
  g_assert_cmpstr (registrars[2], ==, "http://[::1]:1");
  list = stile_profile_load_anchors (read, NULL);
  cloud_list = stile_profile_load_cloud_anchors (read, NULL);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (stile_certificate_equal (list->pdata[0], test_pki_get_certificate (root)));
  g_assert_true (stile_certificate_equal (cloud_list->pdata[0], test_pki_get_certificate (cloud)));
  test_pki_directory_remove (directory);
}

static void
test_short (void)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autoptr (StileProfile) read = parse ("STILE:invitation?service=HTTPS://A.example&name=");
  g_autofree char *link = NULL;

  g_object_set (profile, "service", "https://a", NULL);
  link = stile_invitation_make (profile, NULL);
  g_assert_cmpstr (link, ==, BEGIN "service=https%3A%2F%2Fa");
  g_assert_cmpstr (stile_profile_get_service (read), ==, "HTTPS://A.example");
  g_assert_cmpint (stile_profile_get_trust (read), ==, STILE_TRUST_AUTO);
  g_assert_null (stile_profile_load_anchors (read, NULL));
}

static void
test_makes_none (void)
{
  static const struct
  {
    const char *property;
    const char *value;
    const char *words;
  } table[] = {
    { "service", NULL, "names no service" },
    { "service", "host.example", "https://host" },
    { "service", "https://user:secret@host.example", "https://host" },
    { "anchors", "/nonexistent", "/nonexistent" },
    { "name", "a\nb", "cannot be shown" },
    { "registrars", "not-a-url", "https://host" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autoptr (GError) error = NULL;

      g_object_set (profile, "service", "https://a.example", NULL);
      g_object_set (profile, table[i].property, table[i].value, NULL);
      g_assert_null (stile_invitation_make (profile, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_true (g_str_has_prefix (error->message, "Making an invitation: "));
      g_assert_nonnull (strstr (error->message, table[i].words));
    }
}

static void
test_is (void)
{
  g_assert_true (stile_invitation_is (GOOD));
  g_assert_true (stile_invitation_is ("StIlE:whatever"));
  g_assert_true (stile_invitation_is ("stile:"));
  g_assert_false (stile_invitation_is ("stile"));
  g_assert_false (stile_invitation_is (" stile:invitation"));
  g_assert_false (stile_invitation_is ("https://a.example"));
  g_assert_false (stile_invitation_is ("/home/x/stile:y"));
  g_assert_false (stile_invitation_is (""));
}

/* --- what is refused --- */

static void
test_refuses (void)
{
  static const char *const begins[] = {
    "https://a.example",
    "stile:",
    "stile:invitation",
    "stile:invite?service=https://a",
    "stile:Invitation?service=https://a",
    "stile://invitation?service=https://a",
    "stile:///invitation?service=https://a",
    "stile:/invitation?service=https://a",
    GOOD "#x",
    "stile:invitation#?service=https://a",
  };
  static const struct
  {
    const char *query;
    const char *words;
  } table[] = {
    { "", "" },
    { "name=x", "names no service" },
    { "service", "" },
    { "service=", "https://host" },
    { "service=https://a&service=https://b", "“service” twice" },
    { "service=https://a&service=https://a", "twice" },
    { "service=https://a&name=x&name=y", "“name” twice" },
    { "service=https://a&trust=auto&trust=voucher", "“trust” twice" },
    { "service=https://a&ser%76ice=https://b", "twice" },
    { "service=https://a&trust=nobody", "auto, service, voucher or cloud" },
    { "service=https://a&trust=", "auto, service, voucher or cloud" },
    { "service=https://a&trust=0", "auto, service, voucher or cloud" },
    { "service=https://a&anchor=", "certificate" },
    { "service=https://a&anchor=AAAA", "Reading a certificate" },
    { "service=https://a&anchor=%21", "Reading a certificate" },
    { "service=https://a&cloud-anchor=AAAA", "Reading a certificate" },
    { "service=https://a&registrar=", "https://host" },
    { "service=https://a&registrar=b.example", "https://host" },
    { "service=https://a&registrar=https://b,https://c", "https://host" },
    { "service=https://a&registrar=https://b;x", "https://host" },
    { "service=https://a&registrar=https://b/,https://c", "https://host" },
    { "service=https://a&registrar=https://b/x;y", "https://host" },
    { "service=https://a&registrar=https://b%20https://c", "https://host" },
    { "service=https://a%00b", "" },
    { "service=https://a&name=%00", "" },
    { "service=https://a&na%00me=x", "" },
    { "service=https://a&name=%", "" },
    { "service=https://a&name=%FF", "" },
    { "service=https://a&&name=x", "" },
    { "service=https://a;name=x", "https://host" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (begins); i++)
    assert_refused (begins[i], "");
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *link = g_strconcat (BEGIN, table[i].query, NULL);

      assert_refused (link, table[i].words);
    }
}

/* Whatever else a profile has, and whatever nobody knows: the whole link is refused. */
static void
test_refuses_other_settings (void)
{
  static const char *const others[] = { "anchors-file", "Service", "SERVICE", "x", "", "service " };
  g_autoptr (GTypeClass) klass = g_type_class_ref (STILE_TYPE_PROFILE);
  guint count;
  g_autofree GParamSpec **specs = g_object_class_list_properties (G_OBJECT_CLASS (klass), &count);
  guint refused = 0;

  for (guint i = 0; i < count + G_N_ELEMENTS (others); i++)
    {
      const char *key = i < count ? specs[i]->name : others[i - count];
      g_autofree char *link = g_strdup_printf (GOOD "&%s=true", key);

      /* Of these a link knows the words. */
      if (g_str_equal (key, "service") || g_str_equal (key, "name") || g_str_equal (key, "trust"))
        continue;
      assert_refused (link, "does not know");
      refused++;
    }
  g_assert_cmpuint (refused, ==, count - 3 + G_N_ELEMENTS (others));
}

/* It is shown in a sentence: nothing in it may look like another one, or like another host. */
static void
test_refuses_addresses (void)
{
  static const char *const addresses[] = {
    "ftp://a.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "stile:invitation",
    "//a.example",
    "a.example",
    "https:a.example",
    "https://",
    "https:///x",
    "https://user@a.example",
    "https://user:secret@a.example",
    "https://@a.example",
    "https://good.example%2540evil.example",
    "https://good.example%5C@evil.example",
    "https://good.example%5Cevil.example",
    "https://b%C3%BCcher.example",
    "https://а.example",
    "https://%D0%B0.example",
    "https://a.example:99999",
    "https://a.example:x",
    "https://a.example/%0AIt is from your bank",
    "https://a.example/%0D",
    "https://a.example/ It is from your bank",
    "https://a.example/%20It%20is%20from%20your%20bank",
    "https://a.example/%09",
    "https://a.example/%1B[2J",
    "https://a.example/%7F",
    "https://a.example/%E2%80%AEgro.knab",
    "https://a.example/%22%3E",
    "https://a.example/<b>",
    "%20https://a.example",
    "https://a%2520b.example",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *service = g_strconcat (BEGIN "service=", addresses[i], NULL);
      g_autofree char *registrar = g_strconcat (GOOD "&registrar=", addresses[i], NULL);

      assert_refused (service, "");
      assert_refused (registrar, "");
    }
}

static void
test_refuses_names (void)
{
  static const char *const names[] = {
    "%0A",        "a%0Ab",      "a%0Db",      "a%09b",      "%1B[2J",      "a%7Fb",        "a%C2%85b",
    "%E2%80%AEx", "%E2%80%8Fx", "%E2%81%A6x", "%E2%80%8Bx", "a%E2%80%A8b", "a%E2%80%A9b",  "%EF%BB%BFx",
    "%EE%80%80",  "%EF%BF%BF",  "%C2%ADx",    "%20",        "%C2%A0",      "%E3%80%80%20", "%D8%9C",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *link = g_strconcat (GOOD "&name=", names[i], NULL);

      assert_refused (link, "cannot be shown");
    }
}

/* --- limits --- */

/* @count times what stands in @part. */
static char *
repeat (const char *part, guint count)
{
  GString *link = g_string_new (GOOD);

  for (guint i = 0; i < count; i++)
    g_string_append (link, part);
  return g_string_free (link, FALSE);
}

static void
test_limits (void)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Root", TEST_PKI_P256);
  g_autofree char *der = encode (root);
  g_autofree char *anchor = g_strconcat ("&anchor=", der, NULL);
  g_autofree char *cloud = g_strconcat ("&cloud-anchor=", der, NULL);
  const struct
  {
    const char *part;
    guint max;
    const char *words;
  } table[] = {
    { "&registrar=https://b", STILE_INVITATION_MAX_REGISTRARS, "more than 8 registrars" },
    { anchor, STILE_INVITATION_MAX_CERTIFICATES, "more than 8 certificates" },
    { cloud, STILE_INVITATION_MAX_CERTIFICATES, "more than 8 certificates" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *most = repeat (table[i].part, table[i].max);
      g_autofree char *more = repeat (table[i].part, table[i].max + 1);

      g_object_unref (parse (most));
      assert_refused (more, table[i].words);
    }
}

static void
test_lengths (void)
{
  g_autofree char *name = g_strnfill (STILE_INVITATION_MAX_NAME - 1, 'x');
  g_autofree char *most_name = g_strconcat (GOOD "&name=%C3%BC", name, NULL);
  g_autofree char *more_name = g_strconcat (GOOD "&name=%C3%BCx", name, NULL);
  g_autofree char *path = g_strnfill (STILE_INVITATION_MAX_ADDRESS - strlen ("https://a/"), 'x');
  g_autofree char *most_path = g_strconcat (BEGIN "service=https://a/", path, NULL);
  g_autofree char *more_path = g_strconcat (BEGIN "service=https://a/x", path, NULL);
  g_autofree char *rest = g_strnfill (STILE_INVITATION_MAX_LENGTH - strlen (GOOD), 'x');
  g_autofree char *most = g_strconcat (GOOD, rest, NULL);
  g_autofree char *more = g_strconcat (GOOD, rest, "x", NULL);
  g_autofree char *much = g_strnfill (10 * 1024 * 1024, '&');

  g_object_unref (parse (most_name));
  assert_refused (more_name, "too long");
  g_object_unref (parse (most_path));
  assert_refused (more_path, "https://host");
  assert_refused (most, "https://host");
  assert_refused (more, "longer than 32 KiB");
  memcpy (much, GOOD, strlen (GOOD));
  assert_refused (much, "longer than 32 KiB");
}

/* --- what a person is shown --- */

static void
assert_says (const char *text, const char *words)
{
  if (strstr (text, words) == NULL)
    g_error ("“%s” is not in:\n%s", words, text);
}

static void
test_describes (void)
{
  g_autoptr (TestPki) one = test_pki_authority_new ("One", TEST_PKI_P256);
  g_autoptr (TestPki) two = test_pki_authority_new ("Two\nSHA-256 00:11", TEST_PKI_P256);
  g_autoptr (TestPki) cloud = test_pki_authority_new ("SHA-256 00:11", TEST_PKI_P256);
  TestPki *all[] = { one, two, cloud };
  g_autofree char *first = encode (one), *second = encode (two), *third = encode (cloud);
  g_autofree char *link = g_strdup_printf (GOOD "&anchor=%s&anchor=%s&cloud-anchor=%s", first, second, third);
  g_autoptr (StileProfile) profile = parse (link);
  g_autofree char *text = stile_invitation_describe (profile);

  assert_says (text, "It leads to https://a.example.");
  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autofree char *line = g_strconcat (
          "\nSHA-256 ", stile_certificate_get_fingerprint (test_pki_get_certificate (all[i])), "\n", NULL);

      assert_says (text, line);
    }
  g_assert_null (strstr (text, "\nSHA-256 00:11"));
  g_assert_null (strstr (text, "nobody to believe"));
  assert_says (text, "Anybody can make such a link or file.");
}

static void
test_describes_without_anchors (void)
{
  g_autoptr (StileProfile) profile = parse (GOOD);
  g_autofree char *text = stile_invitation_describe (profile);

  assert_says (text, "It brings nobody to believe");
  assert_says (text, "Anybody can make such a link or file.");
  g_assert_null (strstr (text, "SHA-256"));
}

/* A file can say more than a link, and in any words. */
static void
test_describes_a_file (void)
{
  g_autoptr (StileProfile) profile = stile_profile_new ();
  g_autofree char *text = NULL;

  g_object_set (profile, "service", "https://a.example", "no-clock", TRUE, "proxy", "http://b.example", NULL);
  g_assert_true (stile_invitation_can_show (profile, NULL));
  text = stile_invitation_describe (profile);
  assert_says (text, "It leads to https://a.example.");
  assert_says (text, "It also sets: ");
  assert_says (text, "no-clock");
  assert_says (text, "proxy");
  g_assert_null (strstr (text, "service,"));
}

static void
test_cannot_be_shown (void)
{
  static const struct
  {
    const char *service;
    const char *name;
    const char *message;
  } cases[] = {
    { NULL, "Plant Nord", "It names no service" },
    { "https://a.example", "Plant\nNord", "Its name is too long, or has characters that cannot be shown" },
    { "https://a.example", "\342\200\256droN",
      "Its name is too long, or has characters that cannot be shown" },
    { "https://a.example\n\nIt is yours", "Plant Nord",
      "An address in it is not one of the form https://host" },
    { "ftp://a.example", "Plant Nord", "An address in it is not one of the form https://host" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StileProfile) profile = stile_profile_new ();
      g_autoptr (GError) error = NULL;

      g_object_set (profile, "service", cases[i].service, "name", cases[i].name, NULL);
      g_assert_false (stile_invitation_can_show (profile, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_assert_cmpstr (error->message, ==, cases[i].message);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/bootstrap/invitation/round-trip", test_round_trip);
  g_test_add_func ("/bootstrap/invitation/short", test_short);
  g_test_add_func ("/bootstrap/invitation/makes-none", test_makes_none);
  g_test_add_func ("/bootstrap/invitation/is", test_is);
  g_test_add_func ("/bootstrap/invitation/refuses", test_refuses);
  g_test_add_func ("/bootstrap/invitation/refuses-other-settings", test_refuses_other_settings);
  g_test_add_func ("/bootstrap/invitation/refuses-addresses", test_refuses_addresses);
  g_test_add_func ("/bootstrap/invitation/refuses-names", test_refuses_names);
  g_test_add_func ("/bootstrap/invitation/limits", test_limits);
  g_test_add_func ("/bootstrap/invitation/lengths", test_lengths);
  g_test_add_func ("/bootstrap/invitation/describes", test_describes);
  g_test_add_func ("/bootstrap/invitation/describes-without-anchors", test_describes_without_anchors);
  g_test_add_func ("/bootstrap/invitation/describes-a-file", test_describes_a_file);
  g_test_add_func ("/bootstrap/invitation/cannot-be-shown", test_cannot_be_shown);

  return g_test_run ();
}
