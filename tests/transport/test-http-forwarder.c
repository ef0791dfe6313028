/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "support/test-await.h"
#include "support/test-handler.h"
#include "transport/loopback.h"
#include "transport/stile-http-carrier.h"
#include "transport/stile-http-forwarder.h"

typedef struct
{
  Loopback *loopback;
  StileHttpForwarder *forwarder;
} Fixture;

static StileHttpForwarder *
make_forwarder (Loopback *loopback, StileMode mode)
{
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (loopback);
  g_autoptr (GError) error = NULL;
  StileHttpForwarder *forwarder = stile_http_forwarder_new (loopback->url, "none", credentials, mode, &error);

  g_assert_no_error (error);
  return forwarder;
}

static void
set_up (Fixture *self, gconstpointer mode)
{
  self->loopback = loopback_new (FALSE, STILE_HTTP_CARRIER_DEFAULT_PATH);
  self->forwarder = make_forwarder (self->loopback, (StileMode)GPOINTER_TO_INT (mode));
}

static void
tear_down (Fixture *self, gconstpointer mode)
{
  test_await_finalized (self->forwarder);
  loopback_free (self->loopback);
}

static TestHandler *
set_handler (StileEndpoint *endpoint, gboolean later)
{
  TestHandler *handler = test_handler_new (later);

  stile_endpoint_set_handler (endpoint, STILE_HANDLER (handler));
  return handler;
}

static void
forward (Fixture *self, const char *method, const char *path, GAsyncResult **result)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request (method, "https", "service", path);

  stile_http_forwarder_forward_async (self->forwarder, request, NULL, test_await_cb, result);
}

static StileHttpMessage *
finish (Fixture *self, GAsyncResult **result, GError **error)
{
  return stile_http_forwarder_forward_finish (self->forwarder, test_await_result (result), error);
}

static void
check (Fixture *self, const char *method, const char *path)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;
  g_autofree char *expected = g_strdup_printf ("%s %s ", method, path);
  GBytes *content;

  forward (self, method, path, &result);
  response = finish (self, &result, &error);
  g_assert_no_error (error);
  content = stile_http_message_get_content (response);
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), expected, strlen (expected));
}

static void
test_one_session (Fixture *self, gconstpointer mode)
{
  check (self, "GET", "/a");
  check (self, "POST", "/b");
  g_assert_cmpuint (stile_endpoint_get_n_sessions (self->loopback->endpoint), ==, 1);
  g_assert_cmpint (stile_client_get_mode (stile_http_forwarder_get_client (self->forwarder)), ==,
                   GPOINTER_TO_INT (mode));
}

/* Numbered messages may be on their way together; records may not. */
static void
test_at_once (Fixture *self, gconstpointer mode)
{
  g_autoptr (TestHandler) handler = set_handler (self->loopback->endpoint, TRUE);
  GAsyncResult *results[4] = { NULL };
  guint expected = GPOINTER_TO_INT (mode) == STILE_MODE_EXPORT ? G_N_ELEMENTS (results) : 1;

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    forward (self, "GET", "/slow", &results[i]);
  test_await_until (test_handler_get_count (handler) == expected);
  test_await_idle ();
  g_assert_cmpuint (test_handler_get_count (handler), ==, expected);

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) response = NULL;

      test_await_until (test_handler_get_count (handler) >= MIN (i + 1, G_N_ELEMENTS (results)));
      test_handler_release (handler);
      response = finish (self, &results[i], &error);
      g_assert_no_error (error);
      g_object_unref (results[i]);
    }
}

/* The service was restarted: it has forgotten the session, and has carried out nothing. */
static void
test_session_lost (Fixture *self, gconstpointer mode)
{
  check (self, "GET", "/before");
  stile_endpoint_close_all (self->loopback->endpoint);
  check (self, "GET", "/get");
  stile_endpoint_close_all (self->loopback->endpoint);
  check (self, "POST", "/post");
  g_assert_cmpuint (stile_endpoint_get_n_sessions (self->loopback->endpoint), ==, 1);
}

/* The service has read the request, and breaks; the one that takes its place has forgotten the session. */
static void
break_while_asked (Fixture *self, const char *method, gboolean again)
{
  StileEndpoint *endpoint = self->loopback->endpoint;
  g_autoptr (StileHttpService) replacement = stile_http_service_new (endpoint, self->loopback->path);
  g_autoptr (TestHandler) first = set_handler (endpoint, TRUE);
  g_autoptr (TestHandler) second = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (StileHttpMessage) response = NULL;

  forward (self, method, "/once", &result);
  test_await_until (test_handler_get_count (first) == 1);
  stile_http_service_stop (self->loopback->service);
  stile_endpoint_close_all (endpoint);
  second = set_handler (endpoint, FALSE);
  g_assert_true (stile_http_service_listen (replacement, self->loopback->socket, &error));
  response = finish (self, &result, &error);
  if (again)
    g_assert_no_error (error);
  else
    g_assert_error (error, STILE_ERROR, STILE_ERROR_EXPIRED);
  g_assert_cmpuint (test_handler_get_count (second), ==, again ? 1 : 0);

  test_handler_release (first);
  stile_http_service_stop (replacement);
}

static void
test_not_twice (Fixture *self, gconstpointer mode)
{
  break_while_asked (self, "POST", FALSE);
}

static void
test_twice_does_no_harm (Fixture *self, gconstpointer mode)
{
  break_while_asked (self, "PUT", TRUE);
}

static void
test_down (Fixture *self, gconstpointer mode)
{
  GAsyncResult *results[2] = { NULL };

  stile_http_service_stop (self->loopback->service);
  g_socket_close (self->loopback->socket, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    forward (self, "GET", "/", &results[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) response = finish (self, &results[i], &error);

      g_assert_null (response);
      g_assert_error (error, STILE_ERROR, STILE_ERROR_UNREACHABLE);
      g_object_unref (results[i]);
    }
}

static void
test_old_session (Fixture *self, gconstpointer mode)
{
  check (self, "GET", "/a");
  stile_http_forwarder_set_max_age (self->forwarder, -1);
  check (self, "GET", "/b");
  check (self, "POST", "/c");
  g_assert_cmpuint (stile_endpoint_get_n_sessions (self->loopback->endpoint), ==, 3);
}

static void
test_connects_first (Fixture *self, gconstpointer mode)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_http_forwarder_get_client (self->forwarder));
  stile_http_forwarder_connect_async (self->forwarder, NULL, test_await_cb, &result);
  g_assert_true (stile_http_forwarder_connect_finish (self->forwarder, test_await_result (&result), &error));
  g_assert_no_error (error);
  g_assert_nonnull (stile_http_forwarder_get_client (self->forwarder));
  g_assert_cmpuint (stile_endpoint_get_n_sessions (self->loopback->endpoint), ==, 1);
}

/* Without HTTP inside nothing can be forwarded, and that is known at once. */
static void
test_no_http (Fixture *self, gconstpointer mode)
{
  static const char *const none[] = { NULL };
  g_autoptr (StileCredentials) credentials = loopback_make_credentials (self->loopback);
  g_autoptr (StileHttpForwarder) forwarder = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  stile_credentials_set_application_protocols (credentials, none);
  forwarder = stile_http_forwarder_new (self->loopback->url, "none", credentials, STILE_MODE_ANY, &error);
  g_assert_no_error (error);
  stile_http_forwarder_connect_async (forwarder, NULL, test_await_cb, &result);
  g_assert_false (stile_http_forwarder_connect_finish (forwarder, test_await_result (&result), &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_NOT_ATLS);
}

static void
test_stop (Fixture *self, gconstpointer mode)
{
  g_autoptr (TestHandler) handler = set_handler (self->loopback->endpoint, TRUE);
  GAsyncResult *results[3] = { NULL };

  for (gsize i = 0; i < 2; i++)
    forward (self, "GET", "/", &results[i]);
  test_await_until (test_handler_get_count (handler) > 0);
  stile_http_forwarder_stop (self->forwarder);
  forward (self, "GET", "/late", &results[2]);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileHttpMessage) response = finish (self, &results[i], &error);

      g_assert_null (response);
      g_assert_true (stile_error_is_cancelled (error));
      g_object_unref (results[i]);
    }
  test_handler_release (handler);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, mode, test)                                                                                \
  g_test_add ("/transport/http-forwarder/" name, Fixture, GINT_TO_POINTER (mode), set_up, test, tear_down)

  ADD ("one-session", STILE_MODE_EXPORT, test_one_session);
  ADD ("record/one-session", STILE_MODE_RECORD, test_one_session);
  ADD ("many-at-once", STILE_MODE_EXPORT, test_at_once);
  ADD ("record/one-at-a-time", STILE_MODE_RECORD, test_at_once);
  ADD ("session-lost", STILE_MODE_EXPORT, test_session_lost);
  ADD ("record/session-lost", STILE_MODE_RECORD, test_session_lost);
  ADD ("not-twice", STILE_MODE_EXPORT, test_not_twice);
  ADD ("record/not-twice", STILE_MODE_RECORD, test_not_twice);
  ADD ("twice-does-no-harm", STILE_MODE_EXPORT, test_twice_does_no_harm);
  ADD ("down", STILE_MODE_ANY, test_down);
  ADD ("old-session", STILE_MODE_EXPORT, test_old_session);
  ADD ("connects-first", STILE_MODE_ANY, test_connects_first);
  ADD ("no-http", STILE_MODE_ANY, test_no_http);
  ADD ("stop", STILE_MODE_EXPORT, test_stop);
  ADD ("record/stop", STILE_MODE_RECORD, test_stop);
#undef ADD

  return g_test_run ();
}
