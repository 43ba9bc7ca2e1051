namespace Grpc.Net.Compression;

/// <summary>
/// The framework's compression streams write nothing at all when nothing was written to them, and a message of no bytes is an ordinary gRPC message:
/// other implementations fail to decompress "nothing". This stream then writes the compressed form of nothing.
/// </summary>
internal sealed class NeverEmptyStream(Stream compressor, Stream target, byte[] nothing) : Stream
{
    private bool isWritten;
    private bool isDisposed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !isDisposed;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        isWritten |= buffer.Length > 0;
        compressor.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        isWritten |= buffer.Length > 0;
        return compressor.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => compressor.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => compressor.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !isDisposed)
        {
            isDisposed = true;
            compressor.Dispose();
            if (!isWritten)
                target.Write(nothing);
        }

        base.Dispose(disposing);
    }
}
