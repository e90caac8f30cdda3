/* Stands in for the running program, whose window can't be opened without a web view: the same mutex, the same class of window.
 * stand_in.exe MUTEX CLASS SECONDS: when asked to close, it "finishes sending" for so many seconds and ends with 7.
 * stand_in.exe MUTEX CLASS SECONDS EVENT: WM_CLOSE only hides its window, as with the icon on; the event ends it. */
#include <stdlib.h>
#include <windows.h>

static UINT seconds;
static BOOL asked;
static HANDLE event;

static LRESULT CALLBACK answer(HWND window, UINT message, WPARAM word, LPARAM more)
{
    switch (message) {
    case WM_CLOSE:
        if (event) {
            ShowWindow(window, SW_HIDE);
            return 0;
        }
        /* fall through */
    case WM_APP:
        /* Asked again and again; the first time counts, as in the program. */
        if (!asked)
            SetTimer(window, 1, seconds * 1000, NULL);
        asked = TRUE;
        return 0;
    case WM_TIMER:
        ExitProcess(7);
    default:
        return DefWindowProcW(window, message, word, more);
    }
}

static DWORD WINAPI wait_for_event(void *window)
{
    WaitForSingleObject(event, INFINITE);
    PostMessageW(window, WM_APP, 0, 0);
    return 0;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, LPWSTR line, int show)
{
    int count;
    LPWSTR *words = CommandLineToArgvW(GetCommandLineW(), &count);
    if (count != 4 && count != 5)
        return 2;
    if (count == 5)
        event = CreateEventW(NULL, FALSE, FALSE, words[4]);
    seconds = (UINT)_wtoi(words[3]);
    CreateMutexW(NULL, FALSE, words[1]);
    WNDCLASSW class = {.lpfnWndProc = answer, .hInstance = instance, .lpszClassName = words[2]};
    RegisterClassW(&class);
    HWND window =
        CreateWindowW(words[2], L"stand-in", WS_OVERLAPPEDWINDOW, 0, 0, 200, 100, NULL, NULL, instance, NULL);
    if (event)
        CreateThread(NULL, 0, wait_for_event, window, 0, NULL);
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    return 0;
}
