/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-answer-cache.h"

#include "support/test-await.h"

typedef struct
{
  StileAnswerCache *cache;
  GTask *task;
  guint8 digest[STILE_ANSWER_CACHE_DIGEST_SIZE];
  guint8 other[STILE_ANSWER_CACHE_DIGEST_SIZE];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) message = g_bytes_new_static ("message", 7);
  g_autoptr (GBytes) other = g_bytes_new_static ("massage", 7);

  fixture->cache = stile_answer_cache_new ();
  fixture->task = g_task_new (NULL, NULL, NULL, NULL);
  stile_answer_cache_digest (message, fixture->digest);
  stile_answer_cache_digest (other, fixture->other);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  stile_answer_cache_free (fixture->cache);
  g_task_return_boolean (fixture->task, TRUE);
  test_await_idle ();
  g_assert_finalize_object (fixture->task);
}

static void
assert_hit (Fixture *fixture, guint64 number, StileAnswerCacheHit expected)
{
  g_autoptr (GBytes) answer = NULL;

  g_assert_cmpint (stile_answer_cache_find (fixture->cache, number, fixture->digest, &answer), ==, expected);
  g_assert_true ((answer != NULL) == (expected == STILE_ANSWER_CACHE_KEPT));
}

static void
keep (Fixture *fixture, guint64 number, gsize length, gint64 now)
{
  g_autoptr (GBytes) answer = g_bytes_new_take (g_malloc0 (length), length);
  g_autoptr (GPtrArray) waiters = NULL;

  stile_answer_cache_begin (fixture->cache, number, fixture->digest, fixture->task);
  waiters = stile_answer_cache_complete (fixture->cache, number, answer, now);
  g_assert_cmpuint (waiters->len, ==, 1);
}

static void
test_same_bytes_same_answer (Fixture *fixture, gconstpointer data)
{
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_NONE);
  keep (fixture, 1, 10, 0);
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_KEPT);
  assert_hit (fixture, 2, STILE_ANSWER_CACHE_NONE);
}

static void
test_other_bytes_are_told_apart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) answer = NULL;

  keep (fixture, 1, 10, 0);
  g_assert_cmpint (stile_answer_cache_find (fixture->cache, 1, fixture->other, &answer), ==,
                   STILE_ANSWER_CACHE_OTHER);
  g_assert_null (answer);
}

static void
test_all_who_wait_are_given_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) answer = g_bytes_new_static ("yes", 3);
  g_autoptr (GPtrArray) waiters = NULL;

  g_assert_false (stile_answer_cache_wait (fixture->cache, 1, fixture->task));
  stile_answer_cache_begin (fixture->cache, 1, fixture->digest, fixture->task);
  g_assert_true (stile_answer_cache_has_pending (fixture->cache, 1));
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_PENDING);
  g_assert_true (stile_answer_cache_wait (fixture->cache, 1, fixture->task));
  waiters = stile_answer_cache_complete (fixture->cache, 1, answer, 0);
  g_assert_cmpuint (waiters->len, ==, 2);
  g_assert_false (stile_answer_cache_has_pending (fixture->cache, 1));
  g_assert_false (stile_answer_cache_wait (fixture->cache, 1, fixture->task));
}

static void
test_completes_nothing_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) answer = g_bytes_new_static ("yes", 3);

  g_assert_null (stile_answer_cache_complete (fixture->cache, 1, answer, 0));
}

/* Without an answer the number stays used: nothing is carried out twice. */
static void
test_no_answer_is_remembered_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) waiters = NULL;

  stile_answer_cache_begin (fixture->cache, 1, fixture->digest, fixture->task);
  waiters = stile_answer_cache_complete (fixture->cache, 1, NULL, 0);
  g_assert_nonnull (waiters);
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_OTHER);
}

static void
test_keeps_the_last_few (Fixture *fixture, gconstpointer data)
{
  for (guint64 i = 0; i < STILE_ANSWER_CACHE_MAX_COUNT + 2; i++)
    keep (fixture, i, 1, 0);
  assert_hit (fixture, 0, STILE_ANSWER_CACHE_NONE);
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_NONE);
  for (guint64 i = 2; i < STILE_ANSWER_CACHE_MAX_COUNT + 2; i++)
    assert_hit (fixture, i, STILE_ANSWER_CACHE_KEPT);
}

static void
test_keeps_a_bounded_amount (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 1, STILE_ANSWER_CACHE_MAX_SIZE / 2 + 1, 0);
  keep (fixture, 2, STILE_ANSWER_CACHE_MAX_SIZE / 2, 0);
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_NONE);
  assert_hit (fixture, 2, STILE_ANSWER_CACHE_KEPT);
  keep (fixture, 3, STILE_ANSWER_CACHE_MAX_SIZE, 0);
  assert_hit (fixture, 2, STILE_ANSWER_CACHE_NONE);
  assert_hit (fixture, 3, STILE_ANSWER_CACHE_KEPT);
  keep (fixture, 4, STILE_ANSWER_CACHE_MAX_SIZE + 1, 0);
  assert_hit (fixture, 4, STILE_ANSWER_CACHE_NONE);
}

static void
test_what_is_worked_on_stays (Fixture *fixture, gconstpointer data)
{
  stile_answer_cache_begin (fixture->cache, 99, fixture->digest, fixture->task);
  for (guint64 i = 0; i < 2 * STILE_ANSWER_CACHE_MAX_COUNT; i++)
    keep (fixture, i, 1, 0);
  stile_answer_cache_drop (fixture->cache, 99);
  g_assert_false (stile_answer_cache_expire (fixture->cache, G_MAXINT64));
  assert_hit (fixture, 99, STILE_ANSWER_CACHE_PENDING);
}

static void
test_expires (Fixture *fixture, gconstpointer data)
{
  keep (fixture, 1, 1, 100);
  keep (fixture, 2, 1, 200);
  g_assert_false (stile_answer_cache_expire (fixture->cache, 200));
  assert_hit (fixture, 1, STILE_ANSWER_CACHE_NONE);
  assert_hit (fixture, 2, STILE_ANSWER_CACHE_KEPT);
  g_assert_true (stile_answer_cache_expire (fixture->cache, 201));
}

static void
test_drops_and_replaces (Fixture *fixture, gconstpointer data)
{
  keep (fixture, STILE_ANSWER_CACHE_FLIGHT, 1, 0);
  keep (fixture, STILE_ANSWER_CACHE_FLIGHT, 2, 0);
  assert_hit (fixture, STILE_ANSWER_CACHE_FLIGHT, STILE_ANSWER_CACHE_KEPT);
  stile_answer_cache_drop (fixture->cache, STILE_ANSWER_CACHE_FLIGHT);
  assert_hit (fixture, STILE_ANSWER_CACHE_FLIGHT, STILE_ANSWER_CACHE_NONE);
  stile_answer_cache_drop (fixture->cache, STILE_ANSWER_CACHE_FLIGHT);
}

#define ADD(path, test) g_test_add ("/atls/answer-cache/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("same-bytes-same-answer", test_same_bytes_same_answer);
  ADD ("other-bytes-are-told-apart", test_other_bytes_are_told_apart);
  ADD ("all-who-wait-are-given-back", test_all_who_wait_are_given_back);
  ADD ("completes-nothing-twice", test_completes_nothing_twice);
  ADD ("no-answer-is-remembered-too", test_no_answer_is_remembered_too);
  ADD ("keeps-the-last-few", test_keeps_the_last_few);
  ADD ("keeps-a-bounded-amount", test_keeps_a_bounded_amount);
  ADD ("what-is-worked-on-stays", test_what_is_worked_on_stays);
  ADD ("expires", test_expires);
  ADD ("drops-and-replaces", test_drops_and_replaces);

  return g_test_run ();
}
