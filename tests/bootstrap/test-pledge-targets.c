/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-error.h"
#include "bootstrap/stile-pledge-targets.h"
#include "bootstrap/stile-pledge.h"

static StilePledgeTargets *
begin (const char *url, StilePledgeTargetKind kind)
{
  StilePledgeTargets *targets = stile_pledge_targets_new ();

  stile_pledge_targets_add (targets, url, kind);
  g_assert_nonnull (stile_pledge_targets_next (targets));
  return targets;
}

static void
expect_followed (StilePledgeTargets *targets, const char *location)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (stile_pledge_targets_follow (targets, 307, location, &error));
  g_assert_no_error (error);
  g_assert_nonnull (stile_pledge_targets_next (targets));
}

static void
expect_refused (StilePledgeTargets *targets, const char *location, const char *id)
{
  g_autoptr (GError) error = NULL;

  g_test_message ("“%s”", location);
  g_assert_false (stile_pledge_targets_follow (targets, 307, location, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, id));
}

static void
test_goes_in_order_and_round (void)
{
  g_autoptr (StilePledgeTargets) targets = stile_pledge_targets_new ();

  g_assert_null (stile_pledge_targets_next (targets));
  g_assert_null (stile_pledge_targets_get_current (targets));
  stile_pledge_targets_add (targets, "https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);
  stile_pledge_targets_add (targets, "https://b.example", STILE_PLEDGE_TARGET_CLOUD);
  g_assert_cmpuint (stile_pledge_targets_get_n (targets), ==, 2);

  for (guint round = 0; round < 3; round++)
    {
      stile_pledge_targets_begin_round (targets);
      g_assert_cmpstr (stile_pledge_targets_next (targets)->url, ==, "https://a.example");
      g_assert_cmpint (stile_pledge_targets_get_current (targets)->kind, ==, STILE_PLEDGE_TARGET_REGISTRAR);
      g_assert_cmpstr (stile_pledge_targets_next (targets)->url, ==, "https://b.example");
      g_assert_cmpint (stile_pledge_targets_get_current (targets)->kind, ==, STILE_PLEDGE_TARGET_CLOUD);
      g_assert_null (stile_pledge_targets_next (targets));
      g_assert_cmpstr (stile_pledge_targets_get_current (targets)->url, ==, "https://b.example");
    }
}

/* The place that is named comes before the others, and whoever came after is not forgotten. */
static void
test_puts_a_place_in_front (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);

  stile_pledge_targets_add (targets, "https://b.example", STILE_PLEDGE_TARGET_REGISTRAR);
  expect_followed (targets, "https://c.example/some/path?with=things");
  g_assert_cmpstr (stile_pledge_targets_get_current (targets)->url, ==, "https://c.example");
  g_assert_cmpuint (stile_pledge_targets_get_current (targets)->hops, ==, 1);
  g_assert_cmpstr (stile_pledge_targets_next (targets)->url, ==, "https://b.example");
  g_assert_cmpuint (stile_pledge_targets_get_current (targets)->hops, ==, 0);
}

static void
test_makes_origins (void)
{
  static const struct
  {
    const char *location;
    const char *origin;
  } cases[] = {
    { "https://C.Example", "https://c.example" },
    { "https://c.example:443/", "https://c.example" },
    { "https://c.example:8443/x", "https://c.example:8443" },
    { "https://user:secret@c.example/", "https://c.example" },
    { "https://192.0.2.7:9443", "https://192.0.2.7:9443" },
    { "https://[2001:db8::7]", "https://[2001:db8::7]" },
    { "https://[2001:db8::7]:9443/", "https://[2001:db8::7]:9443" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);

      expect_followed (targets, cases[i].location);
      g_assert_cmpstr (stile_pledge_targets_get_current (targets)->url, ==, cases[i].origin);
    }
}

static void
test_goes_to_https_only (void)
{
  static const char *const locations[] = { "http://b.example/",
                                           "HTTP://b.example/",
                                           "ftp://b.example/",
                                           "coaps://b.example/",
                                           "//b.example/",
                                           "/elsewhere",
                                           "",
                                           "https://",
                                           "https:///path",
                                           "javascript:alert(1)",
                                           "b.example",
                                           "https://b.example:port/",
                                           "data:text/html,<html>",
                                           "https://b example",
                                           "https://b%2Fx",
                                           "file:///etc/passwd" };

  for (guint kind = STILE_PLEDGE_TARGET_REGISTRAR; kind <= STILE_PLEDGE_TARGET_CLOUD; kind++)
    for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
      {
        g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", kind);

        expect_refused (targets, locations[i], "P4: ");
        g_assert_null (stile_pledge_targets_next (targets));
      }
}

static void
test_goes_on_once (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);

  expect_followed (targets, "https://b.example/");
  g_assert_cmpint (stile_pledge_targets_get_current (targets)->kind, ==, STILE_PLEDGE_TARGET_REGISTRAR);
  expect_refused (targets, "https://c.example/", "P4: ");
}

static void
test_goes_in_no_circle (void)
{
  static const char *const same[] = { "https://a.example/", "https://a.example/x", "https://a%2Eexample",
                                      "https://A.EXAMPLE:443" };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);

      expect_refused (targets, same[i], "P4: ");
    }
}

/* What a cloud registrar names may be one more of its kind, with leave to send us on, or an owner's, without. */
static void
test_follows_clouds (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_CLOUD);

  expect_followed (targets, "https://b.example/");
  g_assert_cmpint (stile_pledge_targets_get_current (targets)->kind, ==, STILE_PLEDGE_TARGET_FOUND);
  stile_pledge_targets_settle (targets, STILE_PLEDGE_TARGET_CLOUD);
  expect_followed (targets, "https://c.example/");
  g_assert_cmpuint (stile_pledge_targets_get_current (targets)->hops, ==, 2);
  stile_pledge_targets_settle (targets, STILE_PLEDGE_TARGET_REGISTRAR);
  expect_refused (targets, "https://d.example/", "P4: ");
}

/* Whatever else a cloud registrar says than 307 is followed once. */
static void
test_follows_others_once (void)
{
  static const guint statuses[] = { 301, 302, 303, 308 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_CLOUD);
      g_autoptr (GError) error = NULL;

      g_assert_true (stile_pledge_targets_follow (targets, statuses[i], "https://b.example/", &error));
      g_assert_no_error (error);
      g_assert_nonnull (stile_pledge_targets_next (targets));
      stile_pledge_targets_settle (targets, STILE_PLEDGE_TARGET_CLOUD);
      g_assert_false (stile_pledge_targets_follow (targets, statuses[i], "https://c.example/", &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
      expect_followed (targets, "https://c.example/");
    }
}

static void
test_visits_no_cloud_twice (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_CLOUD);

  expect_followed (targets, "https://b.example/");
  stile_pledge_targets_settle (targets, STILE_PLEDGE_TARGET_CLOUD);
  expect_refused (targets, "https://b.example/again", "P23: ");
  expect_refused (targets, "https://a.example/", "P23: ");
}

static void
test_follows_clouds_to_a_limit (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_CLOUD);

  for (guint i = 0; i < STILE_PLEDGE_MAX_CLOUD_HOPS; i++)
    {
      g_autofree char *location = g_strdup_printf ("https://c%u.example/", i);

      expect_followed (targets, location);
      stile_pledge_targets_settle (targets, STILE_PLEDGE_TARGET_CLOUD);
    }
  expect_refused (targets, "https://b.example/", "P23: ");
}

/* In the next round everybody may send us on once more. */
static void
test_forgets_where_it_was (void)
{
  g_autoptr (StilePledgeTargets) targets = begin ("https://a.example", STILE_PLEDGE_TARGET_REGISTRAR);

  for (guint round = 0; round < 2; round++)
    {
      expect_followed (targets, "https://b.example/");
      stile_pledge_targets_begin_round (targets);
      g_assert_cmpstr (stile_pledge_targets_next (targets)->url, ==, "https://a.example");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pledge-targets/goes-in-order-and-round", test_goes_in_order_and_round);
  g_test_add_func ("/pledge-targets/puts-a-place-in-front", test_puts_a_place_in_front);
  g_test_add_func ("/pledge-targets/makes-origins", test_makes_origins);
  g_test_add_func ("/pledge-targets/P4-goes-to-https-only", test_goes_to_https_only);
  g_test_add_func ("/pledge-targets/P4-goes-on-once", test_goes_on_once);
  g_test_add_func ("/pledge-targets/P4-goes-in-no-circle", test_goes_in_no_circle);
  g_test_add_func ("/pledge-targets/P23-follows-clouds", test_follows_clouds);
  g_test_add_func ("/pledge-targets/P23-follows-others-once", test_follows_others_once);
  g_test_add_func ("/pledge-targets/P23-visits-no-cloud-twice", test_visits_no_cloud_twice);
  g_test_add_func ("/pledge-targets/P23-follows-clouds-to-a-limit", test_follows_clouds_to_a_limit);
  g_test_add_func ("/pledge-targets/forgets-where-it-was", test_forgets_where_it_was);

  return g_test_run ();
}
