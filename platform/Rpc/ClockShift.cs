using System.IO.MemoryMappedFiles;

namespace Ips.Platform.Rpc;

/// <summary>
/// How far a sandbox's clock is from the machine's: one number in a file of its data directory. Every process maps the file into its memory, so that all see
/// a new value at once, without a message and without an address that a stranger could call.
/// </summary>
public sealed class ClockShift : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor number;

    private ClockShift(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, sizeof(long));
        number = file.CreateViewAccessor(0, sizeof(long));
    }

    /// <summary>What is added to the machine's time.</summary>
    public TimeSpan Value
    {
        get => new(number.ReadInt64(0));
        set => number.Write(0, value.Ticks);
    }

    /// <summary>Maps the file; a new one has zero.</summary>
    public static ClockShift Open(string path) => new(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        number.Dispose();
        file.Dispose();
    }
}
