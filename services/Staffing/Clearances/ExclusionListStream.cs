using Grpc.Core;
using Proto = Ips.Contracts.Staffing.V1;

namespace Ips.Staffing.Clearances;

/// <summary>The pieces of a file as one stream, read as they arrive: one piece is in memory. It ends early when the file is too large.</summary>
/// <param name="pieces">The messages after the first.</param>
/// <param name="first">What the first message carried of the file.</param>
internal sealed class ExclusionListStream(IAsyncStreamReader<Proto.ImportExclusionListRequest> pieces, ReadOnlyMemory<byte> first) : Stream
{
    /// <summary>Bytes of the largest file.</summary>
    public const long Most = 64L * 1024 * 1024;

    private ReadOnlyMemory<byte> piece = first;
    private long read;

    /// <summary>Whether more came than is taken.</summary>
    public bool TooLarge { get; private set; }

    /// <summary>Whether a later message carried more than a piece of the file.</summary>
    public bool Mixed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (piece.IsEmpty)
        {
            if (TooLarge || !await pieces.MoveNext(cancellationToken))
                return 0;
            var next = pieces.Current;
            Mixed |= next.List != Proto.ExclusionList.Unspecified || next.RequestId.Length > 0;
            piece = next.Content.Memory;
            TooLarge = (read += piece.Length) > Most;
        }

        var count = Math.Min(buffer.Length, piece.Length);
        piece[..count].CopyTo(buffer);
        piece = piece[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    /// <summary>
    /// Reads what the caller still sends and forgets it, up to as much again: a caller that is still writing would wait for its window and not see the answer.
    /// </summary>
    public async Task Drain(CancellationToken cancellationToken)
    {
        while (read <= 2 * Most && await pieces.MoveNext(cancellationToken))
            read += pieces.Current.Content.Length;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
