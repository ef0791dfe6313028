/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/fake-camera.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/test-await.h"
#include "support/test-pki.h"

#define SOCKET "pipewire-0"

/* A test that breaks down takes them with it. */
static void
die_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
run_with (FakeCamera *self, GSubprocessFlags output, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (output | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) error = NULL;
  GSubprocess *child;

  g_subprocess_launcher_setenv (launcher, "PIPEWIRE_RUNTIME_DIR", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", self->folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", self->folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  g_subprocess_launcher_unsetenv (launcher, "LD_PRELOAD");
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  child = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return child;
}

static GSubprocess *
run (FakeCamera *self, const char *const *argv)
{
  return run_with (self, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, argv);
}

static void
run_pipewire (FakeCamera *self)
{
  const char *argv[] = { "pipewire", NULL };
  const char *manager[] = { "wireplumber", NULL };
  g_autofree char *path = g_build_filename (self->folder, SOCKET, NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);
  g_autoptr (GFileMonitor) monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);

  g_assert_nonnull (monitor);
  self->pipewire = run (self, argv);
  test_await_until (g_file_test (path, G_FILE_TEST_EXISTS));
  self->wireplumber = run (self, manager);
}

static void
run_camera (FakeCamera *self, const char *const *texts)
{
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_auto (GStrv) built = NULL;

  g_strv_builder_add (argv, g_test_get_filename (G_TEST_BUILT, "app", "fake-camera", NULL));
  g_strv_builder_addv (argv, (const char **)texts);
  built = g_strv_builder_end (argv);
  self->camera = run (self, (const char *const *)built);
}

/* The session manager sends away who asks for a camera before it has seen one. */
static void
await_camera (FakeCamera *self)
{
  const char *argv[] = { "pw-metadata", "-m", NULL };
  g_autoptr (GSubprocess) monitor = run_with (self, G_SUBPROCESS_FLAGS_STDOUT_PIPE, argv);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (monitor));
  gboolean seen = FALSE;

  while (!seen)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autofree char *line = NULL;

      g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, test_await_cb, &result);
      line = g_data_input_stream_read_line_finish (lines, test_await_result (&result), NULL, NULL);
      g_assert_nonnull (line);
      seen = strstr (line, "default.video.source") != NULL && strstr (line, "camera") != NULL;
    }

  g_subprocess_force_exit (monitor);
  g_subprocess_wait (monitor, NULL, NULL);
}

/**
 * fake_camera_new:
 * @texts: (array zero-terminated=1): what the codes say
 */
FakeCamera *
fake_camera_new (const char *const *texts)
{
  FakeCamera *self = g_new0 (FakeCamera, 1);

  self->folder = test_pki_directory_new ();
  run_pipewire (self);
  run_camera (self, texts);
  await_camera (self);
  return self;
}

static void
end (GSubprocess **child)
{
  if (*child == NULL)
    return;

  g_subprocess_force_exit (*child);
  g_subprocess_wait (*child, NULL, NULL);
  g_clear_object (child);
}

void
fake_camera_unplug (FakeCamera *self)
{
  end (&self->camera);
}

void
fake_camera_kill (FakeCamera *self)
{
  end (&self->pipewire);
}

void
fake_camera_free (FakeCamera *self)
{
  end (&self->camera);
  end (&self->wireplumber);
  end (&self->pipewire);
  test_pki_directory_remove (self->folder);
  g_free (self->folder);
  g_free (self);
}

int
fake_camera_connect (FakeCamera *self)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_assert_cmpint (fd, >=, 0);
  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/" SOCKET, self->folder);
  g_assert_cmpint (connect (fd, (struct sockaddr *)&address, sizeof address), ==, 0);
  return fd;
}
