/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-router.h"

#include "atls/stile-handler.h"
#include "support/test-await.h"

/* Answers with a status that says which one it was, or fails. */
#define TEST_ROUTER_TYPE_HANDLER (test_router_handler_get_type ())
G_DECLARE_FINAL_TYPE (TestRouterHandler, test_router_handler, TEST_ROUTER, HANDLER, GObject)

struct _TestRouterHandler
{
  GObject parent_instance;

  guint status; /* 0: fail */
};

static void
handle_async (StileHandler *handler,
              StileExchange *exchange,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  guint status = TEST_ROUTER_HANDLER (handler)->status;
  g_autoptr (GTask) task = g_task_new (handler, cancellable, callback, user_data);

  if (status != 0)
    g_task_return_pointer (task, stile_http_message_new_response (status), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no luck");
}

static StileHttpMessage *
handle_finish (StileHandler *handler, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_router_handler_iface_init (StileHandlerInterface *iface)
{
  iface->handle_async = handle_async;
  iface->handle_finish = handle_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestRouterHandler,
                               test_router_handler,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (STILE_TYPE_HANDLER, test_router_handler_iface_init))

static void
test_router_handler_class_init (TestRouterHandlerClass *klass)
{
}

static void
test_router_handler_init (TestRouterHandler *self)
{
}

static void
add (StileRouter *router, const char *path, guint status)
{
  g_autoptr (TestRouterHandler) handler = g_object_new (TEST_ROUTER_TYPE_HANDLER, NULL);

  handler->status = status;
  if (path != NULL)
    stile_router_add (router, path, STILE_HANDLER (handler));
  else
    stile_router_set_fallback (router, STILE_HANDLER (handler));
}

static void
handled (GObject *object, GAsyncResult *result, gpointer user_data)
{
  StileHttpMessage **response = user_data;

  *response = stile_handler_handle_finish (STILE_HANDLER (object), result);
}

static void
assert_answered (StileRouter *router, const char *path, guint status)
{
  g_autoptr (StileHttpMessage) request = stile_http_message_new_request ("GET", "https", "a.example", path);
  g_autoptr (StileExchange) exchange = stile_exchange_new (request, NULL, NULL, NULL);
  g_autoptr (StileHttpMessage) response = NULL;

  stile_handler_handle_async (STILE_HANDLER (router), exchange, NULL, handled, &response);
  test_await_until (response != NULL);
  g_assert_cmpuint (stile_http_message_get_status (response), ==, status);
}

static void
test_takes_the_whole_path (void)
{
  StileRouter *router = stile_router_new ();

  add (router, "/a", 201);
  assert_answered (router, "/a", 201);
  assert_answered (router, "/a?query=/b", 201);
  assert_answered (router, "/a/", 404);
  assert_answered (router, "/ab", 404);
  assert_answered (router, "/", 404);
  g_assert_finalize_object (router);
}

static void
test_a_slash_takes_all_below (void)
{
  StileRouter *router = stile_router_new ();

  add (router, "/est/", 202);
  assert_answered (router, "/est/", 202);
  assert_answered (router, "/est/cacerts", 202);
  assert_answered (router, "/est/a/b", 202);
  assert_answered (router, "/est", 404);
  assert_answered (router, "/x?/est/cacerts", 404);
  g_assert_finalize_object (router);
}

static void
test_the_longest_path_wins (void)
{
  StileRouter *router = stile_router_new ();

  add (router, "/", 200);
  add (router, "/est/cacerts", 203);
  add (router, "/est/", 202);
  assert_answered (router, "/est/cacerts", 203);
  assert_answered (router, "/est/csrattrs", 202);
  assert_answered (router, "/other", 200);
  g_assert_finalize_object (router);
}

static void
test_falls_back (void)
{
  StileRouter *router = stile_router_new ();

  assert_answered (router, "/anything", 404);
  add (router, NULL, 299);
  assert_answered (router, "/anything", 299);
  stile_router_set_fallback (router, NULL);
  assert_answered (router, "/anything", 404);
  g_assert_finalize_object (router);
}

static void
test_a_failing_handler_is_a_bad_gateway (void)
{
  StileRouter *router = stile_router_new ();

  add (router, "/broken", 0);
  assert_answered (router, "/broken", 502);
  g_assert_finalize_object (router);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/router/takes-the-whole-path", test_takes_the_whole_path);
  g_test_add_func ("/atls/router/a-slash-takes-all-below", test_a_slash_takes_all_below);
  g_test_add_func ("/atls/router/the-longest-path-wins", test_the_longest_path_wins);
  g_test_add_func ("/atls/router/falls-back", test_falls_back);
  g_test_add_func ("/atls/router/a-failing-handler-is-a-bad-gateway",
                   test_a_failing_handler_is_a_bad_gateway);

  return g_test_run ();
}
