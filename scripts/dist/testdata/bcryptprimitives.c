/* What Go needs of a library of Windows 10 that Wine 8 lacks: random bytes. Only
   tests of the built program use it. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
	return RtlGenRandom(data, (ULONG)size);
}
