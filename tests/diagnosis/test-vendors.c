/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "diagnosis/stile-vendors.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-pki.h"

#define BEGIN "{\"schema\":\"vendors/1\",\"vendors\":["
#define END "]}"

static gboolean
load (StileVendors *vendors, const char *json, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));

  return stile_vendors_load_bytes (vendors, bytes, error);
}

/* A leaf of an authority of that name. */
static GPtrArray *
make_chain (const char *name, const char *organization)
{
  g_autoptr (TestPki) root = test_pki_authority_new ("Unknown", TEST_PKI_P256);
  g_autoptr (TestPki) box = test_pki_issue (
      root, &(TestPkiOptions){ .name = name, .organization = organization, .authority = TRUE });
  g_autoptr (TestPki) leaf =
      test_pki_issue (box, &(TestPkiOptions){ .name = "Service", .hosts = "service.example" });

  return test_pki_list (leaf, NULL);
}

static char *
guess (StileVendors *vendors, const char *name, const char *organization)
{
  g_autoptr (GPtrArray) chain = make_chain (name, organization);
  g_autoptr (StileVendorGuess) found = stile_vendors_guess (vendors, chain, NULL, NULL);

  return found != NULL ? g_strdup (found->name) : NULL;
}

/* The data lint: the list that comes with the program loads whole, and each entry says where it is from. */
static void
test_shipped (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, &error);
  g_autoptr (GPtrArray) chain = make_chain ("Zscaler Root CA", "Zscaler Inc.");
  g_autoptr (StileVendorGuess) found = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (stile_vendors_get_n_entries (vendors), ==, 43);
  found = stile_vendors_guess (vendors, chain, NULL, NULL);
  g_assert_nonnull (found);
  g_assert_cmpstr (found->name, ==, "Zscaler");
  g_assert_cmpstr (found->matched, ==, "issuer O=Zscaler Inc.");
  g_assert_cmpstr (found->evidence, ==, "literal");
  g_assert_nonnull (strstr (found->source, "Chromium"));
  g_assert_nonnull (found->hint);
  g_assert_false (found->compromised);
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *organization;
    const char *vendor;
  } names[] = {
    { "mitmproxy", "mitmproxy", "mitmproxy" },
    { "FortiGate CA", NULL, "Fortinet FortiGate" },
    { "FG100E4Q17000000", "Example", "Fortinet FortiGate" },
    { "Cisco Umbrella Root CA", "Cisco", "Cisco Umbrella" },
    /* All fields of a rule must match; another rule may. */
    { "Cisco Umbrella Root CA", "Example", "Cisco (WSA / other)" },
    { "Not mitmproxy", NULL, NULL },
    { "Zscaler", "Zscaler Incorporated", NULL },
    { "Example Corp Inspection CA", "Example Corp", NULL },
    { "Superfish, Inc.", NULL, "Lenovo Superfish" },
  };
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *vendor = guess (vendors, names[i].name, names[i].organization);

      g_assert_cmpstr (vendor, ==, names[i].vendor);
    }
}

static void
test_compromised (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);
  g_autoptr (GPtrArray) chain = make_chain ("eDellRoot", NULL);
  g_autoptr (StileVendorGuess) found = stile_vendors_guess (vendors, chain, NULL, NULL);

  g_assert_nonnull (found);
  g_assert_true (found->compromised);
}

/* The subject of what is shown proves as little, and is not looked at. */
static void
test_subject (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);
  g_autoptr (TestPki) root = test_pki_authority_new ("Unknown", TEST_PKI_P256);
  g_autoptr (TestPki) leaf = test_pki_issue (root, &(TestPkiOptions){ .name = "mitmproxy" });
  g_autoptr (GPtrArray) chain = test_pki_list (leaf, NULL);

  g_assert_null (stile_vendors_guess (vendors, chain, NULL, NULL));
  g_assert_null (stile_vendors_guess (vendors, NULL, NULL, NULL));
}

/* Any certificate's issuer, also one further up. */
static void
test_higher (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);
  g_autoptr (TestPki) box = test_pki_authority_new ("Zscaler Root CA", TEST_PKI_P256);
  g_autoptr (TestPki) middle = test_pki_issue (box, &(TestPkiOptions){ .name = "Middle", .authority = TRUE });
  g_autoptr (TestPki) leaf = test_pki_issue (middle, &(TestPkiOptions){ .name = "Service" });
  g_autoptr (GPtrArray) chain = test_pki_list (leaf, middle, NULL);
  g_autoptr (StileVendorGuess) found = stile_vendors_guess (vendors, chain, NULL, NULL);

  g_assert_nonnull (found);
  g_assert_cmpstr (found->matched, ==, "issuer CN=Zscaler Root CA");
}

static void
test_headers (void)
{
  static const struct
  {
    const char *name;
    const char *value;
    gboolean response;
    const char *vendor;
  } headers[] = {
    { "X-BlueCoat-Via", "abc", FALSE, "Symantec / Blue Coat ProxySG" },
    { "Via", "1.1 box (squid/5.7)", FALSE, "Squid ssl-bump" },
    { "Via", "1.1 box (Squid/5.7)", FALSE, "Squid ssl-bump" },
    { "Via", "1.1 varnish", FALSE, NULL },
    { "X-Cache", "MISS from box", TRUE, "Squid ssl-bump" },
    { "X-Cached", "MISS", TRUE, NULL },
  };
  g_autoptr (StileVendors) vendors = stile_vendors_load_installed (NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (StileObservation) seen = stile_observation_new ();
      g_autoptr (StileVendorGuess) found = NULL;

      stile_observation_add_header (seen, headers[i].name, headers[i].value);
      found = headers[i].response ? stile_vendors_guess (vendors, NULL, NULL, seen)
                                  : stile_vendors_guess (vendors, NULL, seen, NULL);
      g_assert_cmpstr (found != NULL ? found->name : NULL, ==, headers[i].vendor);
    }
}

/* --- a user's own list --- */

static void
test_override (void)
{
  g_autofree char *folder = test_pki_directory_new ();
  g_autofree char *path = g_build_filename (folder, "own.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (StileVendors) vendors = NULL;
  g_autofree char *ours = NULL;
  g_autofree char *other = NULL;

  g_assert_true (g_file_set_contents (
      path, BEGIN "{\"name\":\"Our box\",\"match\":[{\"O\":\"^Zscaler\"}]}" END, -1, &error));
  vendors = stile_vendors_load_installed (path, &error);
  g_assert_no_error (error);

  ours = guess (vendors, "Zscaler Root CA", "Zscaler Inc.");
  g_assert_cmpstr (ours, ==, "Our box");
  other = guess (vendors, "mitmproxy", NULL);
  g_assert_cmpstr (other, ==, "mitmproxy");
  test_pki_directory_remove (folder);
}

static void
test_override_missing (void)
{
  g_autoptr (GError) error = NULL;
  StileVendors *vendors = stile_vendors_load_installed ("/nonexistent/vendors.json", &error);

  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "/nonexistent/vendors.json"));
  g_assert_null (vendors);
}

/* --- what is wrong is named, and nothing of it is taken --- */

static void
test_wrong (void)
{
  static const struct
  {
    const char *json;
    const char *message;
  } wrong[] = {
    { "[]", "schema" },
    { "{\"schema\":\"vendors/2\",\"vendors\":[]}", "schema" },
    { "{\"schema\":\"vendors/1\"}", "vendors" },
    { "{\"schema\":\"vendors/1\",\"vendors\":{}}", "vendors" },
    { BEGIN "{\"match\":[]}" END, "Entry 1: it has no “name”" },
    { BEGIN "7" END, "Entry 1" },
    { BEGIN "{\"name\":\"A\"},{\"name\":\"B\",\"match\":[{\"CN\":\"x\"},{\"CN\":\"(\"}]}" END,
      "Entry 2: “B”: rule 2: CN:" },
    { BEGIN "{\"name\":\"A\",\"match\":[{}]}" END, "“A”: rule 1: it names no field" },
    { BEGIN "{\"name\":\"A\",\"match\":[3]}" END, "rule 1" },
    { BEGIN "{\"name\":\"A\",\"match\":[{\"DC\":\"x\"}]}" END, "“DC” is none of CN, O, OU and E" },
    { BEGIN "{\"name\":\"A\",\"match\":[{\"CN\":3}]}" END, "“CN” is no text" },
    { BEGIN "{\"name\":\"A\",\"match\":\"x\"}" END, "“match” is no list" },
    { BEGIN "{\"name\":\"A\",\"headers\":[3]}" END, "“headers” holds what is no text" },
    { BEGIN "{\"name\":\"A\"", "JSON" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (StileVendors) vendors = stile_vendors_new ();
      g_autoptr (GError) error = NULL;

      g_assert_false (load (vendors, wrong[i].json, &error));
      g_assert_nonnull (error);
      if (strstr (error->message, wrong[i].message) == NULL)
        g_error ("“%s” does not say “%s”", error->message, wrong[i].message);
      g_assert_cmpuint (stile_vendors_get_n_entries (vendors), ==, 0);
    }
}

static void
test_too_many (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_new ();
  g_autoptr (GString) json = g_string_new (BEGIN);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= STILE_VENDORS_MAX_ENTRIES; i++)
    g_string_append_printf (json, "%s{\"name\":\"%u\"}", i > 0 ? "," : "", i);
  g_string_append (json, END);

  g_assert_false (load (vendors, json->str, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_LIMIT);
}

/* A pattern that goes in circles ends, and a name of 64 KB gets no guess. */
static void
test_effort (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_new ();
  g_autofree char *long_name = g_strnfill (60, 'a');
  g_autofree char *huge = g_strnfill (4096, 'a');
  g_autofree char *none = NULL;
  g_autofree char *nothing = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (load (
      vendors,
      BEGIN
      "{\"name\":\"Circles\",\"match\":[{\"CN\":\"^(a+)+$b\"},{\"O\":\"^(a|aa)+b$\"},{\"O\":\"a\"}]}" END,
      &error));
  g_assert_no_error (error);
  none = guess (vendors, long_name, NULL);
  g_assert_null (none);
  nothing = guess (vendors, "Box", huge);
  g_assert_null (nothing);
}

static void
test_harmless (void)
{
  g_autoptr (StileVendors) vendors = stile_vendors_new ();
  g_autoptr (GPtrArray) chain = make_chain ("box\xE2\x80\xAEgnp", NULL);
  g_autoptr (StileVendorGuess) found = NULL;
  g_autoptr (StileVendorGuess) copy = NULL;

  g_assert_true (load (vendors, BEGIN "{\"name\":\"Box\",\"match\":[{\"CN\":\"^box\"}]}" END, NULL));
  found = stile_vendors_guess (vendors, chain, NULL, NULL);
  g_assert_nonnull (found);
  copy = stile_vendors_guess_copy (found);
  g_assert_cmpstr (copy->matched, ==, "issuer CN=box\\E2\\80\\AEgnp");
  g_assert_cmpstr (copy->category, ==, "");
  g_assert_null (copy->hint);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/diagnosis/vendors/the-list-of-the-program-loads-whole", test_shipped);
  g_test_add_func ("/diagnosis/vendors/by-the-issuer's-name", test_names);
  g_test_add_func ("/diagnosis/vendors/keys-that-everybody-has-are-marked", test_compromised);
  g_test_add_func ("/diagnosis/vendors/a-subject-says-nothing", test_subject);
  g_test_add_func ("/diagnosis/vendors/an-issuer-further-up-counts", test_higher);
  g_test_add_func ("/diagnosis/vendors/by-header-fields", test_headers);
  g_test_add_func ("/diagnosis/vendors/one's-own-come-first", test_override);
  g_test_add_func ("/diagnosis/vendors/a-list-that-was-named-must-be-there", test_override_missing);
  g_test_add_func ("/diagnosis/vendors/what-is-wrong-is-named", test_wrong);
  g_test_add_func ("/diagnosis/vendors/too-many-are-refused", test_too_many);
  g_test_add_func ("/diagnosis/vendors/patterns-cannot-run-for-ever", test_effort);
  g_test_add_func ("/diagnosis/vendors/what-matched-is-shown-harmless", test_harmless);

  return g_test_run ();
}
