/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/stile-camera.h"

#include <adwaita.h>
#include <string.h>

#include "app/fake-portal.h"
#include "app/stile-camera-portal.h"
#include "app/widget-tree.h"
#include "support/test-await.h"

#define TICK_MILLISECONDS 20

/**
 * Seen:
 *
 * A camera, and what it told.
 */
typedef struct
{
  StileCamera *camera;
  GdkTexture *picture;
  guint pictures;
  GHashTable *texts;
  char *problem;
} Seen;

static void
picture_came (Seen *self, GdkTexture *texture)
{
  g_set_object (&self->picture, texture);
  self->pictures++;
}

static void
code_read (Seen *self, const char *text)
{
  g_hash_table_add (self->texts, g_strdup (text));
}

static void
failed (Seen *self, const char *message)
{
  g_assert_null (self->problem);
  g_assert_false (stile_camera_is_on (self->camera));
  self->problem = g_strdup (message);
}

static void
begin (Seen *self, gconstpointer data)
{
  self->camera = stile_camera_new ();
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_swapped (self->camera, "picture", G_CALLBACK (picture_came), self);
  g_signal_connect_swapped (self->camera, "read", G_CALLBACK (code_read), self);
  g_signal_connect_swapped (self->camera, "failed", G_CALLBACK (failed), self);
}

static void
end (Seen *self, gconstpointer data)
{
  stile_camera_stop (self->camera);
  test_await_finalized (self->camera);
  g_clear_object (&self->picture);
  g_hash_table_unref (self->texts);
  g_free (self->problem);
}

static void
assert_says (Seen *self, const char *text)
{
  test_await_until (self->problem != NULL);
  if (strstr (self->problem, text) == NULL)
    g_error ("“%s” is not in “%s”", text, self->problem);
}

/* --- the portal --- */

static gboolean
is_present (void)
{
  g_autoptr (GAsyncResult) result = NULL;

  stile_camera_portal_ask_async (NULL, test_await_cb, &result);
  return stile_camera_portal_ask_finish (test_await_result (&result));
}

static void
test_tells_whether_there_is_one (void)
{
  FakePortal *portal;

  g_assert_false (is_present ());
  portal = fake_portal_new (FAKE_PORTAL_NO, NULL);
  g_assert_true (is_present ());
  portal->present = FALSE;
  g_assert_false (is_present ());
  g_assert_cmpuint (portal->asked, ==, 0);
  fake_portal_free (portal);
}

static void
test_says_that_there_is_no_portal (Seen *self, gconstpointer data)
{
  stile_camera_start (self->camera);
  assert_says (self, "no portal that leads to a camera");
}

static void
test_says_that_access_was_denied (Seen *self, gconstpointer data)
{
  FakePortal *portal = fake_portal_new (FAKE_PORTAL_NO, NULL);

  stile_camera_start (self->camera);
  assert_says (self, "access was denied");
  fake_portal_free (portal);
}

static void
test_says_that_the_portal_has_no_pipewire (Seen *self, gconstpointer data)
{
  FakePortal *portal = fake_portal_new (FAKE_PORTAL_YES, NULL);

  stile_camera_start (self->camera);
  assert_says (self, "cannot reach PipeWire");
  fake_portal_free (portal);
}

static void
test_says_that_the_portal_ended (Seen *self, gconstpointer data)
{
  FakePortal *portal = fake_portal_new (FAKE_PORTAL_THINKS, NULL);

  stile_camera_start (self->camera);
  test_await_until (portal->asked == 1);
  fake_portal_leave (portal);
  assert_says (self, "portal ended while it was asked");
  fake_portal_free (portal);
}

/* The window is closed while the desktop's question is on the screen; what was asked again has nothing to do with it. */
static void
test_takes_the_question_back (Seen *self, gconstpointer data)
{
  FakePortal *portal = fake_portal_new (FAKE_PORTAL_THINKS, NULL);

  stile_camera_start (self->camera);
  test_await_until (portal->asked == 1);
  stile_camera_stop (self->camera);
  stile_camera_start (self->camera);
  test_await_until (portal->asked == 2 && portal->closed == 1);
  g_assert_true (stile_camera_is_on (self->camera));
  stile_camera_stop (self->camera);
  test_await_until (portal->closed == 2);
  g_assert_null (self->problem);
  fake_portal_free (portal);
}

/* --- the picture --- */

static const char *const texts[] = { "serial=X1-0001;address=192.0.2.1", "WIFI:S:cellar;P:secret;;",
                                     "X1-0002", NULL };

typedef struct
{
  FakeCamera *camera;
  FakePortal *portal;
} Desk;

static void
desk_begin (Desk *self)
{
  self->camera = fake_camera_new (texts);
  self->portal = fake_portal_new (FAKE_PORTAL_YES, self->camera);
}

static void
desk_end (Desk *self)
{
  fake_portal_free (self->portal);
  fake_camera_free (self->camera);
}

static guint
count_sockets (void)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *link = g_file_read_link (path, NULL);

      count += link != NULL && g_str_has_prefix (link, "socket:");
    }

  return count;
}

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A thread lets go of the camera. */
static void
await_sockets (guint count)
{
  guint ticking = g_timeout_add (TICK_MILLISECONDS, tick, NULL);

  test_await_until (count_sockets () <= count);
  g_source_remove (ticking);
}

static void
test_shows_and_reads (Seen *self, gconstpointer data)
{
  Desk desk;
  guint sockets;

  desk_begin (&desk);
  sockets = count_sockets ();
  stile_camera_start (self->camera);
  test_await_until (self->problem != NULL ||
                    (self->pictures > 0 && g_hash_table_size (self->texts) == G_N_ELEMENTS (texts) - 1));
  g_assert_cmpstr (self->problem, ==, NULL);
  for (gsize i = 0; texts[i] != NULL; i++)
    g_assert_true (g_hash_table_contains (self->texts, texts[i]));
  g_assert_cmpint (gdk_texture_get_width (self->picture), ==, 640);
  g_assert_cmpint (gdk_texture_get_height (self->picture), ==, 480);
  g_assert_cmpuint (count_sockets (), >, sockets);

  stile_camera_stop (self->camera);
  await_sockets (sockets);
  desk_end (&desk);
}

/* A label is white, and what is around it is black, not nothing. */
static void
test_shows_the_right_colours (Seen *self, gconstpointer data)
{
  Desk desk;
  g_autofree guint8 *pixels = g_malloc (640 * 480 * 4);

  desk_begin (&desk);
  stile_camera_start (self->camera);
  test_await_until (self->pictures > 0 || self->problem != NULL);
  g_assert_nonnull (self->picture);
  gdk_texture_download (self->picture, pixels, 640 * 4);
  g_assert_cmpmem (pixels + (240 * 640 + 8) * 4, 4, "\0\0\0\xff", 4);
  g_assert_cmpmem (pixels + (10 * 640 + 320) * 4, 4, "\xff\xff\xff\xff", 4);
  desk_end (&desk);
}

static void
test_says_that_pipewire_ended (Seen *self, gconstpointer data)
{
  Desk desk;

  desk_begin (&desk);
  stile_camera_start (self->camera);
  test_await_until (self->pictures > 0 || self->problem != NULL);
  g_assert_cmpstr (self->problem, ==, NULL);
  fake_camera_kill (desk.camera);
  assert_says (self, "PipeWire, which brings it, has ended");
  desk_end (&desk);
}

static void
test_says_that_no_picture_comes (Seen *self, gconstpointer data)
{
  Desk desk;

  desk_begin (&desk);
  stile_camera_start (self->camera);
  test_await_until (self->pictures > 0 || self->problem != NULL);
  g_assert_cmpstr (self->problem, ==, NULL);
  fake_camera_unplug (desk.camera);
  stile_camera_set_patience (self->camera, 1);
  assert_says (self, "No picture comes from the camera");
  desk_end (&desk);
}

/* After a picture, and in the middle of things. */
static void
test_starts_again (Seen *self, gconstpointer data)
{
  Desk desk;
  guint sockets;

  desk_begin (&desk);
  sockets = count_sockets ();
  for (guint i = 0; i < 5; i++)
    {
      stile_camera_start (self->camera);
      test_await_until (self->pictures > i / 2 || self->problem != NULL || i % 2 == 1);
      stile_camera_stop (self->camera);
    }
  stile_camera_start (self->camera);
  self->pictures = 0;
  test_await_until (self->pictures > 0 || self->problem != NULL);
  g_assert_cmpstr (self->problem, ==, NULL);
  stile_camera_stop (self->camera);
  await_sockets (sockets);
  desk_end (&desk);
}

#define ADD(name, function) g_test_add ("/app/camera/" name, Seen, NULL, begin, function, end)

int
main (int argc, char *argv[])
{
  widget_tree_begin (&argc, &argv);

  g_test_add_func ("/app/camera/tells-whether-there-is-one", test_tells_whether_there_is_one);
  ADD ("says-that-there-is-no-portal", test_says_that_there_is_no_portal);
  ADD ("says-that-access-was-denied", test_says_that_access_was_denied);
  ADD ("says-that-the-portal-has-no-pipewire", test_says_that_the_portal_has_no_pipewire);
  ADD ("says-that-the-portal-ended", test_says_that_the_portal_ended);
  ADD ("takes-the-question-back", test_takes_the_question_back);
  ADD ("shows-and-reads", test_shows_and_reads);
  ADD ("shows-the-right-colours", test_shows_the_right_colours);
  ADD ("says-that-pipewire-ended", test_says_that_pipewire_ended);
  ADD ("says-that-no-picture-comes", test_says_that_no_picture_comes);
  ADD ("starts-again", test_starts_again);

  return g_test_run ();
}
