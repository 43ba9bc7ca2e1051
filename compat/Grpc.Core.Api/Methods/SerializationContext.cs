using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a serializer puts one message. The transport decides which ways of writing it offers.</summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole message and ends it.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException("This context does not take a byte array.");

    /// <summary>A writer for the message; <see cref="Complete()"/> ends it.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException("This context has no buffer writer.");

    /// <summary>Announces the message's length in bytes, before the first byte is written.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>Ends a message that was written to <see cref="GetBufferWriter"/>.</summary>
    public virtual void Complete() => throw new NotSupportedException("This context has no buffer writer to complete.");
}

/// <summary>Where a deserializer finds one message. Valid only during the call to the deserializer.</summary>
public abstract class DeserializationContext
{
    /// <summary>The message's length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message in an array that the deserializer may keep.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException("This context does not copy its payload.");

    /// <summary>The message in the transport's own buffers.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException("This context has no payload sequence.");
}

/// <summary>Collects a message for a caller that wants an array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? writer;
    private byte[]? payload;
    private bool isComplete;

    public byte[] Payload()
    {
        if (!isComplete)
            throw new InvalidOperationException("The serializer returned without completing the message.");
        return payload ?? writer?.WrittenSpan.ToArray() ?? [];
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        CompleteOnce();
        this.payload = payload;
    }

    public override void Complete() => CompleteOnce();

    public override IBufferWriter<byte> GetBufferWriter() => writer ??= new();

    private void CompleteOnce()
    {
        if (isComplete)
            throw new InvalidOperationException("The serializer completed the message twice.");
        isComplete = true;
    }
}

/// <summary>Offers an array to a contextual deserializer.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => [.. payload];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
