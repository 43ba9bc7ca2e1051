namespace Ips.Platform.Data;

/// <summary>Stands for .NET's type of this name in the code that is compiled here: Coyote schedules monitors, and does not know that type yet.</summary>
internal sealed class Lock;
