/* Looks at a window of another program, and presses its buttons, as a person would.
 * box.exe read TITLE WORD SECONDS: waits for a window whose title begins so and that shows the word; prints all it shows, UTF-8.
 * box.exe press TITLE WORD BUTTON: presses the button with this number in the window that shows the word (1 OK, 6 yes, 7 no).
 * box.exe tick TITLE WORD LABEL: ticks the box whose label begins so.
 * Ends with 1 if there is no such window. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define CLICK_BUTTON_OF_TASK_DIALOG (WM_USER + 102)
#define MOST 32768

static WCHAR shown[MOST];
static size_t length;

static void add(HWND window)
{
    DWORD_PTR copied = 0;
    if (length + 2 >= MOST)
        return;
    SendMessageTimeoutW(window, WM_GETTEXT, MOST - length - 2, (LPARAM)(shown + length), SMTO_ABORTIFHUNG, 5000, &copied);
    length += copied;
    if (copied > 0)
        shown[length++] = L'\n';
    shown[length] = 0;
}

static BOOL CALLBACK add_child(HWND child, LPARAM unused)
{
    if (IsWindowVisible(child))
        add(child);
    return TRUE;
}

/* A window to look for, and the one that was found. */
struct search {
    LPCWSTR title, word;
    HWND found;
};

/* Whether it is not this window: one that a person could use now and that shows the word. What it shows is then in `shown`. */
static BOOL CALLBACK is_other(HWND window, LPARAM of)
{
    struct search *search = (struct search *)of;
    WCHAR title[200] = L"";
    if (!IsWindowVisible(window) || !IsWindowEnabled(window))
        return TRUE;
    GetWindowTextW(window, title, 200);
    if (wcsncmp(title, search->title, wcslen(search->title)) != 0)
        return TRUE;
    length = 0;
    add(window);
    EnumChildWindows(window, add_child, 0);
    if (!wcsstr(shown, search->word))
        return TRUE;
    search->found = window;
    return FALSE;
}

static BOOL CALLBACK tick(HWND child, LPARAM label)
{
    WCHAR text[200] = L"";
    SendMessageW(child, WM_GETTEXT, 200, (LPARAM)text);
    if (wcsncmp(text, (LPCWSTR)label, wcslen((LPCWSTR)label)) != 0)
        return TRUE;
    SendMessageW(child, BM_SETCHECK, BST_CHECKED, 0);
    return FALSE;
}

int wmain(int count, WCHAR **words)
{
    static char bytes[3 * MOST];
    if (count != 5)
        return 2;
    BOOL reads = wcscmp(words[1], L"read") == 0;
    struct search search = {words[2], words[3], NULL};
    for (int tries = reads ? _wtoi(words[4]) * 10 : 1; tries > 0 && !search.found; tries--) {
        EnumWindows(is_other, (LPARAM)&search);
        if (!search.found)
            Sleep(100);
    }
    HWND window = search.found;
    if (!window)
        return 1;
    if (reads) {
        fwrite(bytes, 1, WideCharToMultiByte(CP_UTF8, 0, shown, (int)length, bytes, sizeof bytes, NULL, NULL), stdout);
        return 0;
    }
    if (wcscmp(words[1], L"tick") == 0)
        return EnumChildWindows(window, tick, (LPARAM)words[4]) ? 1 : 0;
    WPARAM button = (WPARAM)_wtoi(words[4]);
    PostMessageW(window, CLICK_BUTTON_OF_TASK_DIALOG, button, 0);
    PostMessageW(window, WM_COMMAND, button, (LPARAM)GetDlgItem(window, (int)button));
    return 0;
}
