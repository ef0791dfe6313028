/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-est-exchange.h"

#include <string.h>

#include "atls/stile-error.h"
#include "bootstrap/est-fixture.h"

/* RFC 7030 section 4.2.3. */
static void
test_repeats_the_same_bytes (EstFixture *self, gconstpointer data)
{
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  est_fixture_set_first (self, 3, stile_http_message_new_response (202));
  stile_http_message_add_field (self->first, "retry-after", "7");
  got = est_fixture_enrol (self, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (got);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 4);
  g_assert_cmpuint (self->waits, ==, 3);
  g_assert_cmpint (self->last_wait, >=, 6);
  g_assert_cmpint (self->last_wait, <=, 7);
  for (guint i = 0; i < 4; i++)
    est_fixture_assert_content (test_peer_get_request (self->peer, i), body);
}

typedef struct
{
  const char *name;
  const char *value; /* NULL: none */
  gint64 least;
  gint64 most;
} Wait;

static const Wait waits[] = {
  { "capped", "86400", 59, 60 },
  { "zero", "0", 0, 1 },
  { "past-date", "Sun, 06 Nov 1994 08:49:37 GMT", 0, 1 },
  { "far-date", "Fri, 31 Dec 9999 23:59:59 GMT", 59, 60 },
  { "none", NULL, 9, 10 },
  { "garbage", "soon", 9, 10 },
};

static void
test_wait (EstFixture *self, gconstpointer data)
{
  const Wait *wait = data;
  g_autoptr (GPtrArray) got = NULL;

  est_fixture_set_first (self, 1, stile_http_message_new_response (202));
  if (wait->value != NULL)
    stile_http_message_add_field (self->first, "retry-after", wait->value);
  got = est_fixture_enrol (self, FALSE, NULL);
  g_assert_nonnull (got);
  g_assert_cmpuint (self->waits, ==, 1);
  g_assert_cmpint (self->last_wait, >=, wait->least);
  g_assert_cmpint (self->last_wait, <=, wait->most);
}

static void
test_gives_up_after_days (EstFixture *self, gconstpointer data)
{
  const guint most = STILE_EST_EXCHANGE_MAX_PATIENCE / STILE_EST_EXCHANGE_MAX_WAIT;
  g_autoptr (GError) error = NULL;

  est_fixture_set_first (self, G_MAXUINT, stile_http_message_new_response (202));
  stile_http_message_add_field (self->first, "retry-after", "60");
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_RETRY);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, most + 1);
}

static void
test_stops_waiting_at_once (EstFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->cancel_when_waiting = TRUE;
  stile_est_client_set_second (self->client, 60 * 60 * 1000);
  est_fixture_set_first (self, G_MAXUINT, stile_http_message_new_response (202));
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_true (stile_error_is_cancelled (error));
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1);
}

/* --- who asks --- */

static void
set_password (EstFixture *self)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("p:w", 3);

  stile_est_client_set_credentials (self->client, "anna", password);
}

typedef struct
{
  const char *name;
  const char *challenge;
  gboolean basic;
} Challenge;

static const Challenge challenges[] = {
  { "basic", "Basic realm=\"estrealm\"", TRUE },
  { "bare", "basic", TRUE },
  { "after-another", "Digest realm=\"a, b\", nonce=\"\\\"x\", Basic realm=\"c\"", TRUE },
  { "only-digest", "Digest realm=\"Basic , Basic x\"", FALSE },
  { "longer", "Basically realm=x", FALSE },
};

static void
test_challenge (EstFixture *self, gconstpointer data)
{
  const Challenge *challenge = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  set_password (self);
  est_fixture_set_first (self, 1, stile_http_message_new_response (401));
  stile_http_message_add_field (self->first, "www-authenticate", challenge->challenge);
  got = est_fixture_enrol (self, FALSE, &error);
  g_assert_cmpint (got != NULL, ==, challenge->basic);
  g_assert_null (stile_http_message_get_field (test_peer_get_request (self->peer, 0), "authorization"));
  if (challenge->basic)
    g_assert_cmpstr (stile_http_message_get_field (test_peer_get_request (self->peer, 1), "authorization"),
                     ==, "Basic YW5uYTpwOnc=");
  else
    g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
}

static void
test_asks_once_with_a_password (EstFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_password (self);
  est_fixture_set_first (self, G_MAXUINT, test_peer_answer_text (401, "text/plain", "wrong"));
  stile_http_message_add_field (self->first, "www-authenticate", "Basic");
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "do not fit"));
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 2);
}

static void
test_says_that_a_password_is_needed (EstFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  est_fixture_set_first (self, G_MAXUINT, stile_http_message_new_response (401));
  stile_http_message_add_field (self->first, "www-authenticate", "Basic");
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "A user name and a password are needed"));
}

/* --- somewhere else --- */

typedef struct
{
  const char *name;
  guint status;
  const char *location; /* NULL: none */
  const char *path;     /* NULL: refused */
  StileErrorCode code;
} Redirect;

static const Redirect redirects[] = {
  { "path", 307, "/est2/simpleenroll?x=1", "/est2/simpleenroll?x=1", 0 },
  { "relative", 302, "other", "/.well-known/est/other", 0 },
  { "absolute", 308, "https://SERVICE.example/a", "/a", 0 },
  { "no-path", 301, "https://service.example", "/", 0 },
  { "other-host", 307, "https://other.example/a", NULL, STILE_ERROR_REFUSED },
  { "other-scheme", 307, "http://service.example/a", NULL, STILE_ERROR_REFUSED },
  { "other-host-without-scheme", 307, "//other.example/a", NULL, STILE_ERROR_REFUSED },
  { "no-location", 307, NULL, NULL, STILE_ERROR_PROTOCOL },
  { "garbage", 307, "https://[", NULL, STILE_ERROR_PROTOCOL },
  { "to-a-get", 303, "/a", NULL, STILE_ERROR_REFUSED },
};

static void
test_redirect (EstFixture *self, gconstpointer data)
{
  const Redirect *redirect = data;
  g_autoptr (GBytes) body = stile_certificate_request_to_est (self->request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) got = NULL;

  est_fixture_set_first (self, 1, stile_http_message_new_response (redirect->status));
  if (redirect->location != NULL)
    stile_http_message_add_field (self->first, "location", redirect->location);
  got = est_fixture_enrol (self, FALSE, &error);
  if (redirect->path == NULL)
    {
      g_assert_null (got);
      g_assert_error (error, STILE_ERROR, (int)redirect->code);
      g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1);
      if (redirect->status == 307 && redirect->code == STILE_ERROR_REFUSED)
        g_assert_nonnull (strstr (error->message, redirect->location));
      return;
    }

  g_assert_no_error (error);
  g_assert_cmpstr (stile_http_message_get_path (test_peer_get_request (self->peer, 1)), ==, redirect->path);
  g_assert_cmpstr (stile_http_message_get_method (test_peer_get_request (self->peer, 1)), ==, "POST");
  est_fixture_assert_content (test_peer_get_request (self->peer, 1), body);
}

static void
test_does_not_go_round (EstFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  est_fixture_set_first (self, G_MAXUINT, stile_http_message_new_response (307));
  stile_http_message_add_field (self->first, "location", "/a");
  g_assert_null (est_fixture_enrol (self, FALSE, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL);
  g_assert_cmpuint (test_peer_get_count (self->peer), ==, 1 + STILE_EST_EXCHANGE_MAX_REDIRECTS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  est_fixture_add ("/bootstrap/est-exchange/repeats-the-same-bytes", NULL, test_repeats_the_same_bytes);
  EST_FIXTURE_ADD_TABLE ("/bootstrap/est-exchange/waits", waits, test_wait);
  est_fixture_add ("/bootstrap/est-exchange/gives-up-after-days", NULL, test_gives_up_after_days);
  est_fixture_add ("/bootstrap/est-exchange/stops-waiting-at-once", NULL, test_stops_waiting_at_once);
  EST_FIXTURE_ADD_TABLE ("/bootstrap/est-exchange/challenge", challenges, test_challenge);
  est_fixture_add ("/bootstrap/est-exchange/asks-once-with-a-password", NULL, test_asks_once_with_a_password);
  est_fixture_add ("/bootstrap/est-exchange/says-that-a-password-is-needed", NULL,
                   test_says_that_a_password_is_needed);
  EST_FIXTURE_ADD_TABLE ("/bootstrap/est-exchange/redirect", redirects, test_redirect);
  est_fixture_add ("/bootstrap/est-exchange/does-not-go-round", NULL, test_does_not_go_round);

  return g_test_run ();
}
