/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "bootstrap/prm-device.h"

/* A device that anybody on the link may talk to: in which form, and what cannot be read changes nothing. */

/* --- before anything is read --- */

static void
test_methods (PrmPlant *self, gconstpointer data)
{
  static const char *const methods[] = { "GET", "PUT", "DELETE", "HEAD" };

  for (gsize i = 0; i < PRM_DEVICE_N_PATHS; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (methods); k++)
      {
        g_autoptr (StileHttpMessage) response =
            prm_device_ask_as (self, methods[k], prm_device_paths[i].name, NULL, NULL, NULL);

        plant_expect (response, 405, NULL);
        g_assert_cmpstr (stile_http_message_get_field (response, "allow"), ==, "POST");
      }
}

static void
test_media_types (PrmPlant *self, gconstpointer data)
{
  static const char *const types[] = { "text/html", "application/voucher-cms+json", "application/jsonx", "" };
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < PRM_DEVICE_N_PATHS; i++)
    {
      g_autofree char *other = g_strconcat (prm_device_paths[i].type, " ; charset=utf-8", NULL);
      g_autoptr (StileHttpMessage) without =
          prm_device_ask_as (self, "POST", prm_device_paths[i].name, NULL, NULL, NULL);
      g_autoptr (StileHttpMessage) good =
          prm_device_ask_as (self, "POST", prm_device_paths[i].name, other, NULL, content);

      plant_expect (without, 415, NULL);
      g_assert_cmpuint (stile_http_message_get_status (good), !=, 415);
      for (gsize k = 0; k < G_N_ELEMENTS (types); k++)
        {
          g_autoptr (StileHttpMessage) response =
              prm_device_ask_as (self, "POST", prm_device_paths[i].name, types[k], NULL, content);

          plant_expect (response, 415, NULL);
        }
    }
}

static void
test_accept (PrmPlant *self, gconstpointer data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

  for (gsize i = 0; i < PRM_DEVICE_N_PATHS; i++)
    {
      g_autoptr (StileHttpMessage) cannot =
          prm_device_ask_as (self, "POST", prm_device_paths[i].name, prm_device_paths[i].type,
                             "text/plain, image/*;q=0.5", content);
      g_autoptr (StileHttpMessage) any = prm_device_ask_as (
          self, "POST", prm_device_paths[i].name, prm_device_paths[i].type, "text/plain, */*;q=0.1", content);

      if (prm_device_paths[i].answers != NULL)
        plant_expect (cannot, 406, NULL);
      else
        g_assert_cmpuint (stile_http_message_get_status (cannot), !=, 406);
      g_assert_cmpuint (stile_http_message_get_status (any), !=, 406);
    }
}

static void
test_sizes (PrmPlant *self, gconstpointer data)
{
  for (gsize i = 0; i < PRM_DEVICE_N_PATHS; i++)
    {
      g_autoptr (GBytes) most =
          g_bytes_new_take (g_malloc0 (prm_device_paths[i].limit), prm_device_paths[i].limit);
      g_autoptr (GBytes) more =
          g_bytes_new_take (g_malloc0 (prm_device_paths[i].limit + 1), prm_device_paths[i].limit + 1);
      g_autoptr (StileHttpMessage) response = prm_device_ask (self, prm_device_paths[i].name, most);

      g_assert_cmpuint (stile_http_message_get_status (response), !=, 413);
      prm_device_expect (self, prm_device_paths[i].name, more, 413, NULL);
    }
}

static void
test_other_paths (PrmPlant *self, gconstpointer data)
{
  static const char *const names[] = { "", "tpvr/", "TPVR", "requestvoucher", "../tpvr" };
  g_autoptr (StileHttpMessage) elsewhere =
      stile_http_message_new_request ("POST", "http", "device.example", "/tpvr");
  g_autoptr (StileHttpMessage) answer = prm_device_send (self, elsewhere);

  plant_expect (answer, 404, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (StileHttpMessage) response = prm_device_ask_as (self, "POST", names[i], NULL, NULL, NULL);

      plant_expect (response, 404, NULL);
    }
}

/* --- what cannot be read --- */

static const char *const garbage[] = {
  "",
  "x",
  "{",
  "{}",
  "[]",
  "null",
  "{\"payload\":\"\",\"signatures\":[]}",
  "{\"payload\":\"e30\",\"signatures\":[{\"protected\":\"e30\",\"signature\":\"AAAA\"}]}",
  "\xff\xfe\x00\x01",
  "0\x82\x01\x00",
};

static void
send_garbage (PrmPlant *self, const char *text)
{
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));

  prm_device_expect (self, "tpvr", content, 400, "P22: ");
  prm_device_expect (self, "tper", content, 400, NULL);
  prm_device_expect_no_voucher (self, content, "P22: ");
  prm_device_expect (self, "scac", content, 403, "P21: ");
  prm_device_expect_no_certificate (self, content, "P21: ");
  prm_device_expect (self, "qps", content, 400, "P22: ");
}

/* Whoever passes by with a laptop must not make the device one that does not start any more. */
static void
test_garbage (PrmPlant *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (garbage); i++)
    {
      g_autofree char *escaped = g_strescape (garbage[i], NULL);

      g_test_message ("%s", escaped);
      send_garbage (self, garbage[i]);
      prm_device_restart (self);
    }
  g_assert_cmpuint (stile_prm_pending_get_n (stile_pledge_state_get_pending (prm_device_get_state (self)),
                                             prm_plant_get_now ()),
                    ==, 0);
  prm_plant_run (self, STILE_PRM_STEP_DONE);
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

/* Also in the midst of it, and after it. */
static void
test_garbage_between (PrmPlant *self, gconstpointer data)
{
  for (guint step = STILE_PRM_STEP_VOUCHER; step <= STILE_PRM_STEP_DONE; step++)
    {
      g_autoptr (GBytes) content = g_bytes_new_static ("{}", 2);

      prm_plant_run (self, (StilePrmStep)step);
      prm_device_expect_no_voucher (
          self, content, prm_device_get_stage (self) == STILE_PLEDGE_ENROL_SUCCESS ? "P1: " : "P22: ");
      prm_device_expect_no_certificate (self, content, "P21: ");
      prm_device_restart (self);
    }
  g_assert_cmpint (prm_device_get_stage (self), ==, STILE_PLEDGE_ENROL_SUCCESS);
}

#define ADD(name, function)                                                                                  \
  g_test_add ("/bootstrap/pledge-responder/forms/" name, PrmPlant, NULL, prm_plant_set_up, function,         \
              prm_plant_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("post-is-the-only-method", test_methods);
  ADD ("each-path-has-its-media-type", test_media_types);
  ADD ("each-answer-must-be-acceptable", test_accept);
  ADD ("each-path-has-its-limit", test_sizes);
  ADD ("no-other-paths", test_other_paths);
  ADD ("garbage-changes-nothing", test_garbage);
  ADD ("garbage-between-the-steps-changes-nothing", test_garbage_between);

  return g_test_run ();
}
