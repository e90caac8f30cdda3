/* Stands in for the running program, whose window can't be opened without a web view: the same mutex, the same class of window.
 * stand_in.exe MUTEX CLASS SECONDS: when asked to close, it "finishes sending" for so many seconds and ends with 7. */
#include <stdlib.h>
#include <windows.h>

static UINT seconds;
static BOOL asked;

static LRESULT CALLBACK answer(HWND window, UINT message, WPARAM word, LPARAM more)
{
    switch (message) {
    case WM_CLOSE:
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

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, LPWSTR line, int show)
{
    int count;
    LPWSTR *words = CommandLineToArgvW(GetCommandLineW(), &count);
    if (count != 4)
        return 2;
    seconds = (UINT)_wtoi(words[3]);
    CreateMutexW(NULL, FALSE, words[1]);
    WNDCLASSW class = {.lpfnWndProc = answer, .hInstance = instance, .lpszClassName = words[2]};
    RegisterClassW(&class);
    CreateWindowW(words[2], L"stand-in", WS_OVERLAPPEDWINDOW, 0, 0, 200, 100, NULL, NULL, instance, NULL);
    MSG message;
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    return 0;
}
