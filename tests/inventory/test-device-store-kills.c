/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inventory/store.h"
#include "support/test-await.h"
#include "support/test-pki.h"

/* A process writes to a list of devices, says after each call that it has returned, and is killed.  Another one opens what is
 * left.  It is this program again: threads do not go over a fork. */

#define N_DEVICES 8
#define N_ROUNDS 200

static const char *program;

/* --- one call after the other, killed at each statement --- */

static void
change (StileDeviceStore *store, const char *bytes, gboolean forgets)
{
  StileDeviceChange *what = stile_device_change_new (stile_device_store_find (store, "D1"),
                                                     STILE_DEVICE_RUNNING, STILE_PRM_STEP_ENROL_TRIGGER);

  what->artefact = g_bytes_new (bytes, strlen (bytes));
  what->artefact_step = STILE_PRM_STEP_VOUCHER_TRIGGER;
  what->agent = g_strdup (bytes);
  what->what = g_strdup ("event");
  what->text = g_strdup (bytes);
  what->forgets = forgets;
  if (!store_change (store, what, NULL))
    _exit (1);
}

static void
write_devices (StileDeviceStore *store)
{
  store_fill (store, 3);
}

static gboolean
has_devices (StileDeviceStore *store)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (store));

  /* One of the three is removed later. */
  g_assert_true (count == 0 || count >= 2);
  g_assert_true (count == 0 || stile_device_store_find (store, "D2") != NULL);
  return count > 0;
}

static void
write_first (StileDeviceStore *store)
{
  change (store, "first", FALSE);
}

static void
write_second (StileDeviceStore *store)
{
  change (store, "second", TRUE);
}

/* Artefact, agent, event and state: all of a change or none. */
static guint
count_changes (StileDeviceStore *store)
{
  StileDevice *device = stile_device_store_find (store, "D1");
  static const char *const texts[] = { "first", "second" };
  g_autoptr (StilePrmDossier) dossier = device != NULL ? store_load_dossier (store, device) : NULL;
  g_autoptr (GVariant) events = device != NULL ? store_list_events (store, device) : NULL;
  guint count = events != NULL ? (guint)g_variant_n_children (events) : 0;
  GBytes *artefact = dossier != NULL ? dossier->artefacts[STILE_PRM_STEP_VOUCHER_TRIGGER] : NULL;

  g_assert_true ((count > 0) == (artefact != NULL));
  if (count == 0)
    return 0;

  g_assert_cmpuint (count, <=, 2);
  g_assert_cmpstr (dossier->agent, ==, texts[count - 1]);
  g_assert_cmpmem (g_bytes_get_data (artefact, NULL), g_bytes_get_size (artefact), texts[count - 1],
                   strlen (texts[count - 1]));
  g_assert_cmpint (stile_device_get_state (device), ==, STILE_DEVICE_QUEUED);
  return count;
}

static gboolean
has_first (StileDeviceStore *store)
{
  return count_changes (store) >= 1;
}

static gboolean
has_second (StileDeviceStore *store)
{
  return count_changes (store) == 2;
}

static void
write_move (StileDeviceStore *store)
{
  store_move (store, stile_device_store_find (store, "D2"), 0);
}

static gboolean
has_move (StileDeviceStore *store)
{
  return has_devices (store) && strcmp (stile_device_get_serial (store_get (store, 0)), "D2") == 0;
}

static void
write_removal (StileDeviceStore *store)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new ();

  g_ptr_array_add (devices, stile_device_store_find (store, "D0"));
  store_remove (store, devices);
}

static gboolean
has_removal (StileDeviceStore *store)
{
  return stile_device_store_find (store, "D1") != NULL && stile_device_store_find (store, "D0") == NULL;
}

static void
write_address (StileDeviceStore *store)
{
  const StileDeviceSpec specs[] = { { "D1", "d1.example" }, { "D3" }, { "D4" } };

  store_add (store, specs, G_N_ELEMENTS (specs));
}

/* New devices and new addresses come together. */
static gboolean
has_address (StileDeviceStore *store)
{
  StileDevice *known = stile_device_store_find (store, "D1");
  gboolean there = known != NULL && stile_device_get_address (known) != NULL;

  g_assert_true (there == (stile_device_store_find (store, "D3") != NULL));
  g_assert_true (there == (stile_device_store_find (store, "D4") != NULL));
  return there;
}

static const struct
{
  void (*write) (StileDeviceStore *store);
  gboolean (*is_there) (StileDeviceStore *store);
} calls[] = {
  { write_devices, has_devices }, { write_first, has_first },     { write_second, has_second },
  { write_move, has_move },       { write_removal, has_removal }, { write_address, has_address },
};

static gint statements_left;

static int
count_statement (unsigned int what, void *data, void *statement, void *text)
{
  if (g_atomic_int_dec_and_test (&statements_left))
    kill (getpid (), SIGKILL);

  return 0;
}

static int
watch (sqlite3 *handle, const char **error, const struct sqlite3_api_routines *api)
{
  return sqlite3_trace_v2 (handle, SQLITE_TRACE_STMT, count_statement, NULL);
}

static void
say (const char *line)
{
  if (write (STDOUT_FILENO, line, strlen (line)) != (gssize)strlen (line))
    _exit (1);
}

static void
write_all (const char *path)
{
  StileDeviceStore *store = store_open (path);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      calls[i].write (store);
      say (".\n");
    }

  /* Nothing is closed: whoever is done is gone like one who is killed. */
  _exit (0);
}

/* --- many changes at once, killed at any time --- */

typedef struct
{
  StileDeviceStore *store;
  guint device;
  guint round;
} Turn;

static void write_round (Turn *turn);

static void
written (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Turn *turn = user_data;
  g_autofree char *line = g_strdup_printf ("%u %u\n", turn->device, turn->round);

  if (!stile_device_store_change_finish (turn->store, result, NULL))
    _exit (1);
  say (line);
  turn->round++;
  if (turn->round < N_ROUNDS)
    write_round (turn);
}

/* The bytes of each step say which round it was: a second time round they are others. */
static void
write_round (Turn *turn)
{
  StileDeviceChange *what =
      stile_device_change_new (store_get (turn->store, turn->device), STILE_DEVICE_QUEUED,
                               (StilePrmStep)(turn->round % STILE_PRM_N_STEPS));

  what->text = g_strdup_printf ("%u", turn->round);
  what->what = g_strdup ("round");
  what->artefact = g_bytes_new (what->text, strlen (what->text));
  what->artefact_step = what->step;
  stile_device_store_change_async (turn->store, what, written, turn);
}

static void
write_rounds (const char *path)
{
  StileDeviceStore *store = store_open (path);
  Turn turns[N_DEVICES];

  store_fill (store, N_DEVICES);
  for (guint i = 0; i < N_DEVICES; i++)
    {
      turns[i] = (Turn){ store, i, 0 };
      write_round (&turns[i]);
    }
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}

/* --- who looks --- */

typedef struct
{
  GPid pid;
  FILE *said;
} Child;

static void
start (Child *self, const char *what, const char *path, guint statement)
{
  g_autofree char *number = g_strdup_printf ("%u", statement);
  const char *arguments[] = { program, what, path, number, NULL };
  g_autoptr (GError) error = NULL;
  int out;

  g_spawn_async_with_pipes (NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->pid,
                            NULL, &out, NULL, &error);
  g_assert_no_error (error);
  self->said = fdopen (out, "r");
}

static gboolean
read_line (Child *self, char *line, int size)
{
  return fgets (line, size, self->said) != NULL;
}

/* Returns: whether it was killed */
static gboolean
end (Child *self)
{
  int status;

  fclose (self->said);
  g_assert_cmpint (waitpid (self->pid, &status, 0), ==, self->pid);
  g_spawn_close_pid (self->pid);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  else
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);

  return WIFSIGNALED (status);
}

static void
assert_left (const char *path, guint returned)
{
  StileDeviceStore *store = store_open (path);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    if (!calls[i].is_there (store) && i < returned)
      g_error ("call %u had returned, and what it wrote is gone", i);
  store_close (&store);
}

static void
test_every_statement (void)
{
  gboolean killed = TRUE;
  guint statement;

  for (statement = 1; killed; statement++)
    {
      g_autofree char *directory = test_pki_directory_new ();
      g_autofree char *path = g_build_filename (directory, "devices.db", NULL);
      char line[16];
      guint returned = 0;
      Child child;

      start (&child, "--calls", path, statement);
      while (read_line (&child, line, sizeof line))
        returned++;
      killed = end (&child);
      assert_left (path, returned);
      /* And whoever comes next can go on. */
      assert_left (path, returned);
      test_pki_directory_remove (directory);
    }

  /* Opening, the versions, and at least one for each call. */
  g_assert_cmpuint (statement, >, 40);
}

static void
read_text (GVariant *events, gsize index, const char **text)
{
  gint64 date;
  const char *what;

  g_variant_get_child (events, index, "(x&s&s)", &date, &what, text);
}

/* Every round up to the last that is there, and of each step the bytes of its last round. */
static guint
assert_whole (StileDeviceStore *store, StileDevice *device)
{
  g_autoptr (GVariant) events = store_list_events (store, device);
  g_autoptr (StilePrmDossier) dossier = store_load_dossier (store, device);
  guint count = (guint)g_variant_n_children (events);

  for (guint i = 0; i < count; i++)
    {
      const char *text;

      read_text (events, i, &text);
      g_assert_cmpuint (strtoul (text, NULL, 10), ==, i);
      if (i + STILE_PRM_N_STEPS >= count)
        {
          GBytes *artefact = dossier->artefacts[i % STILE_PRM_N_STEPS];

          g_assert_nonnull (artefact);
          g_assert_cmpmem (g_bytes_get_data (artefact, NULL), g_bytes_get_size (artefact), text,
                           strlen (text));
        }
    }
  if (count > 0)
    g_assert_cmpint (stile_device_get_step (device), ==, (count - 1) % STILE_PRM_N_STEPS);
  return count;
}

static void
assert_rounds (const char *path, const guint *reported)
{
  StileDeviceStore *store = store_open (path);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, N_DEVICES);
  for (guint i = 0; i < N_DEVICES; i++)
    g_assert_cmpuint (assert_whole (store, store_get (store, i)), >=, reported[i]);
  store_close (&store);
}

static void
test_any_time (void)
{
  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *directory = test_pki_directory_new ();
      g_autofree char *path = g_build_filename (directory, "devices.db", NULL);
      guint reported[N_DEVICES] = { 0 };
      guint until = (guint)g_test_rand_int_range (1, N_DEVICES * N_ROUNDS / 2);
      guint said = 0;
      char line[32];
      Child child;

      start (&child, "--rounds", path, 0);
      while (read_line (&child, line, sizeof line))
        {
          char *rest;
          guint device = (guint)strtoul (line, &rest, 10);

          g_assert_cmpuint (device, <, N_DEVICES);
          reported[device] = (guint)strtoul (rest, NULL, 10) + 1;
          /* What it says after that counts, too. */
          if (++said == until)
            kill (child.pid, SIGKILL);
        }
      g_assert_true (end (&child));
      g_assert_cmpuint (said, >=, until);
      assert_rounds (path, reported);
      test_pki_directory_remove (directory);
    }
}

int
main (int argc, char *argv[])
{
  program = argv[0];
  if (argc == 4 && strcmp (argv[1], "--calls") == 0)
    {
      statements_left = (gint)strtol (argv[3], NULL, 10);
      sqlite3_auto_extension ((void (*) (void))watch);
      write_all (argv[2]);
    }
  if (argc == 4 && strcmp (argv[1], "--rounds") == 0)
    write_rounds (argv[2]);

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/device-store/killed-at-any-statement-loses-nothing-that-returned", test_every_statement);
  g_test_add_func ("/device-store/killed-at-any-time-loses-nothing-that-was-told", test_any_time);

  return g_test_run ();
}
