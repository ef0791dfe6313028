/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "atls/stile-error.h"
#include "inventory/stile-device-code.h"

#define FNC1 "\x1d"

/* Empty where there is none. */
typedef struct
{
  const char *text;
  const char *serial;
  const char *address;
  const char *name;
  const char *model;
} Case;

static void
check_field (const char *value, const char *expected)
{
  g_assert_cmpstr (value != NULL ? value : "", ==, expected != NULL ? expected : "");
}

static void
check_cases (const Case *cases, gsize count)
{
  for (gsize i = 0; i < count; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (StileImportLine) line = stile_device_code_parse (cases[i].text, &error);

      g_assert_no_error (error);
      g_assert_true (stile_import_line_is_good (line));
      g_assert_cmpuint (stile_import_line_get_line (line), ==, 0);
      check_field (stile_import_line_get_serial (line), cases[i].serial);
      check_field (stile_import_line_get_address (line), cases[i].address);
      check_field (stile_import_line_get_name (line), cases[i].name);
      check_field (stile_import_line_get_model (line), cases[i].model);
    }
}

static void
test_texts (void)
{
  static const Case cases[] = {
    { "FDO27361XTF", "FDO27361XTF" },
    { " FDO27361XTF\r\n", "FDO27361XTF" },
    { "FTX 1234 A", "FTX 1234 A" },
    { "AB:CD:00:11:22:33", "AB:CD:00:11:22:33" },
    { "PID:CHIMAY-U-AC SN:FDO27361XTF", "PID:CHIMAY-U-AC SN:FDO27361XTF", NULL, NULL, "CHIMAY-U-AC" },
    { "serial=SN1;address=192.0.2.1", "SN1", "192.0.2.1" },
    { "Serial = SN1 ; host = [::1]:80; name=Pump 1; model=M", "SN1", "[::1]:80", "Pump 1", "M" },
    { "serial=SN1&ip=192.0.2.1&port=80", "SN1", "192.0.2.1:80" },
    { "serial=SN1+2%20;address=a", "SN1+2%20", "a" },
    { "SN:SN1", "SN1" },
    { "sn: A:B", "A:B" },
    { "S/N SN1", "SN1" },
    { "S/N  A:B", "A:B" },
    { "s/n: SN1", "SN1" },
    { "S/N : SN1", "SN1" },
    { "Serial No.: SN1\r\nMAC: 00:11:22:33:44:55\r\nModel: M", "SN1", NULL, NULL, "M" },
    { "https://maker.example/q?x=1&serial=A%2FB+C", "A/B C" },
    { "https://maker.example/q?SN=A&address=192.0.2.1%3A80#x", "A", "192.0.2.1:80" },
    { "{\"serial\":\"SN1\",\"address\":\"a.example\",\"port\":443,\"name\":\"N\",\"x\":[]}", "SN1",
      "a.example:443", "N" },
    { "{\"serial-number\":17}", "17" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_gs1 (void)
{
  static const Case cases[] = {
    { "(21)SN1", "SN1" },
    { "(01)04012345678901(21)SN(1)", "SN(1)", NULL, NULL, "GTIN 04012345678901" },
    { "(10)LOT(21)SN1(240)X", "SN1" },
    { FNC1 "0104012345678901"
           "21SN1" FNC1 "10LOT",
      "SN1", NULL, NULL, "GTIN 04012345678901" },
    { "]d2" FNC1 "10LOT21" FNC1 "21SN1", "SN1" },
    { "]Q3"
      "17270101"
      "21SN1",
      "SN1" },
    { "0104012345678901"
      "21SN1",
      "SN1", NULL, NULL, "GTIN 04012345678901" },
    /* No check digit: a number that somebody gives, and no GS1. */
    { "0104012345678902"
      "21SN1",
      "010401234567890221SN1" },
    { "https://id.gs1.org/01/04012345678901/10/L/21/A%2FB?x=1", "A/B", NULL, NULL, "GTIN 04012345678901" },
  };

  check_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_refuses (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "*nothing in the code*" },
    { " \n", "*nothing in the code*" },
    { "\xff", "*holds no text*" },
    { "WIFI:S:Plant;T:WPA;P:secret;;", "“WIFI:…” was read*Wi-Fi network*" },
    { "DPP:C:81/1;M:525400;I:SN=secret;K:secret;;", "“DPP:…” was read*Easy Connect*" },
    { "MT:secret00KA0648G00", "“MT:…” was read*Matter*" },
    { "mailto:secret@a.example", "“MAILTO:…” was read*mail*" },
    { "otpauth://totp/x?secret=secret", "*one-time*" },
    { "BEGIN:VCARD\nN:secret\nEND:VCARD", "*contact*" },
    { "https://maker.example/?token=secret", "“maker.example” was read*web address*" },
    { "https://maker.example/01/04012345678901/10/L", "*web address*" },
    { "http://", "“https://…” was read*web address*" },
    { "ftp://maker.example/1", "“ftp://maker.example/1” was read*" },
    { "{\"ver\":\"v1\",\"pop\":\"secret\"}", "“{…” was read*JSON*" },
    { "{\"serial\":", "“{…” was read*JSON*" },
    { "(01)04012345678901", "“GS1” was read*" },
    { FNC1 "10L", "“GS1” was read*" },
    { "urn:dev:1", "“urn:dev:1” was read*" },
    { "Batch: 7", "“Batch: 7” was read*" },
    { "Scan me", "“Scan me” was read*" },
    { "1\n2", "“1 2” was read*" },
    { "S\xe2\x80\xae"
      "1",
      "*invisible*" },
    { "serial=SN1;address=1.2.3", "*is no address*" },
    { "01234567890123456789012345678901234567890123456789012345678901234", "*65 bytes*" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (stile_device_code_parse (cases[i].text, &error));
      g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
      g_test_message ("%s", error->message);
      g_assert_true (g_pattern_match_simple (cases[i].message, error->message));
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_refuses_long (void)
{
  g_autofree char *text = g_strnfill (STILE_DEVICE_CODE_MAX_SIZE + 1, '1');
  g_autoptr (GError) error = NULL;

  g_assert_null (stile_device_code_parse (text, &error));
  g_assert_error (error, STILE_ERROR, STILE_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, "longer than any code"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/inventory/device-code/texts", test_texts);
  g_test_add_func ("/inventory/device-code/gs1", test_gs1);
  g_test_add_func ("/inventory/device-code/refuses", test_refuses);
  g_test_add_func ("/inventory/device-code/refuses-long", test_refuses_long);

  return g_test_run ();
}
