/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-replay-window.h"

#define SIZE STILE_REPLAY_WINDOW_SIZE

static void
assert_verdict (const StileReplayWindow *window, guint64 number, StileReplayVerdict verdict)
{
  g_assert_cmpint (stile_replay_window_check (window, number), ==, verdict);
}

static void
test_new_until_marked (void)
{
  StileReplayWindow window = { 0 };

  assert_verdict (&window, 0, STILE_REPLAY_NEW);
  assert_verdict (&window, 0, STILE_REPLAY_NEW);
  stile_replay_window_mark (&window, 0);
  assert_verdict (&window, 0, STILE_REPLAY_SEEN);
  assert_verdict (&window, 1, STILE_REPLAY_NEW);
}

static void
test_takes_numbers_in_any_order (void)
{
  StileReplayWindow window = { 0 };

  stile_replay_window_mark (&window, 5);
  assert_verdict (&window, 3, STILE_REPLAY_NEW);
  stile_replay_window_mark (&window, 3);
  assert_verdict (&window, 3, STILE_REPLAY_SEEN);
  assert_verdict (&window, 4, STILE_REPLAY_NEW);
}

static void
test_edges (void)
{
  StileReplayWindow window = { 0 };

  stile_replay_window_mark (&window, 5000);
  assert_verdict (&window, 5000 - SIZE, STILE_REPLAY_TOO_OLD);
  assert_verdict (&window, 5000 - SIZE + 1, STILE_REPLAY_NEW);
  assert_verdict (&window, 0, STILE_REPLAY_TOO_OLD);
  stile_replay_window_mark (&window, 5001);
  assert_verdict (&window, 5000 - SIZE + 1, STILE_REPLAY_TOO_OLD);
}

/* A slot is used again for the number a turn later: what was marked there must not seem seen. */
static void
test_forgets_what_it_slides_over (void)
{
  StileReplayWindow window = { 0 };

  for (guint64 i = 0; i < SIZE; i++)
    stile_replay_window_mark (&window, i);
  stile_replay_window_mark (&window, SIZE + 10);
  for (guint64 i = SIZE; i < SIZE + 10; i++)
    assert_verdict (&window, i, STILE_REPLAY_NEW);
  assert_verdict (&window, 11, STILE_REPLAY_SEEN);
  assert_verdict (&window, 10, STILE_REPLAY_TOO_OLD);
}

static void
test_jumps_over_turns (void)
{
  static const guint64 jumps[] = {
    SIZE - 1, SIZE, SIZE + 1, 2 * SIZE, G_GUINT64_CONSTANT (1) << 32, G_MAXUINT64 - 1,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      StileReplayWindow window = { 0 };

      for (guint64 j = 0; j < SIZE; j++)
        stile_replay_window_mark (&window, j);
      stile_replay_window_mark (&window, SIZE + jumps[i] < jumps[i] ? jumps[i] : SIZE + jumps[i]);
      assert_verdict (&window, SIZE, jumps[i] > SIZE - 1 ? STILE_REPLAY_TOO_OLD : STILE_REPLAY_NEW);
      assert_verdict (&window, 0, STILE_REPLAY_TOO_OLD);
    }
}

/* What a person would write who has all the memory in the world. */
static StileReplayVerdict
naive_check (GHashTable *seen, guint64 end, guint64 number)
{
  if (end > SIZE && number < end - SIZE)
    return STILE_REPLAY_TOO_OLD;

  return g_hash_table_contains (seen, &number) ? STILE_REPLAY_SEEN : STILE_REPLAY_NEW;
}

static void
test_equals_a_naive_model (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20240607);

  for (guint run = 0; run < 20; run++)
    {
      StileReplayWindow window = { 0 };
      g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
      guint64 end = 0;

      for (guint i = 0; i < 20000; i++)
        {
          guint64 base = end > 1500 ? end - 1500 : 0;
          guint64 number = base + (guint64)g_rand_int_range (random, 0, i % 500 == 0 ? 5000 : 1520);
          StileReplayVerdict verdict = stile_replay_window_check (&window, number);

          g_assert_cmpint (verdict, ==, naive_check (seen, end, number));
          if (verdict != STILE_REPLAY_NEW)
            continue;
          stile_replay_window_mark (&window, number);
          g_hash_table_add (seen, g_memdup2 (&number, sizeof number));
          end = MAX (end, number + 1);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/atls/replay-window/new-until-marked", test_new_until_marked);
  g_test_add_func ("/atls/replay-window/takes-numbers-in-any-order", test_takes_numbers_in_any_order);
  g_test_add_func ("/atls/replay-window/edges", test_edges);
  g_test_add_func ("/atls/replay-window/forgets-what-it-slides-over", test_forgets_what_it_slides_over);
  g_test_add_func ("/atls/replay-window/jumps-over-turns", test_jumps_over_turns);
  g_test_add_func ("/atls/replay-window/equals-a-naive-model", test_equals_a_naive_model);

  return g_test_run ();
}
