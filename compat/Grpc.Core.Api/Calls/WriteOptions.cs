namespace Grpc.Core;

/// <summary>How messages are written.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for the next one.</summary>
    BufferHint = 0x1,

    /// <summary>The message is not compressed even when the call is.</summary>
    NoCompress = 0x2,
}

/// <summary>How messages are written.</summary>
/// <param name="flags">None means: at once, compressed when the call is.</param>
public class WriteOptions(WriteFlags flags = default)
{
    /// <summary>Write at once, compressed when the call is.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>What was asked for.</summary>
    public WriteFlags Flags { get; } = flags;
}
