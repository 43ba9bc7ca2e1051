using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace Ips.Platform.StoredDocuments;

/// <summary>
/// Bytes at an S3-compatible endpoint, an object a content: each part behind its length. Small contents are one request; larger ones a multipart upload, which
/// is aborted when it does not end.
/// </summary>
internal sealed class S3Content(AmazonS3Client client, IOptions<DocumentOptions> options) : IContentStore
{
    /// <summary>S3 takes no smaller piece but the last.</summary>
    private const int Piece = 5 * 1024 * 1024;

    private readonly S3Options _options = options.Value.S3;

    /// <summary>The client of the endpoint: one for the service, with its connections.</summary>
    public static AmazonS3Client Client(S3Options options) => new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), new AmazonS3Config
    {
        ServiceURL = options.Address,
        AuthenticationRegion = options.Region,
        ForcePathStyle = true,
        // Not every compatible server knows the newer checksums; the parts carry their own proof.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    public async Task Write(Guid id, string provider, IAsyncEnumerable<byte[]> parts, CancellationToken cancellationToken)
    {
        var key = Key(id, provider);
        using MemoryStream piece = new();
        string? upload = null;
        List<PartETag> sent = [];
        try
        {
            await foreach (var part in parts.WithCancellation(cancellationToken))
            {
                var length = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
                piece.Write(length);
                piece.Write(part);
                if (piece.Length < Piece)
                    continue;
                upload ??= (await client.InitiateMultipartUploadAsync(_options.Bucket, key, cancellationToken)).UploadId;
                await Send();
            }

            if (upload is null)
            {
                piece.Position = 0;
                await client.PutObjectAsync(new() { BucketName = _options.Bucket, Key = key, InputStream = piece, AutoCloseStream = false, UseChunkEncoding = false },
                    cancellationToken);
                return;
            }

            if (piece.Length > 0)
                await Send();
            await client.CompleteMultipartUploadAsync(
                new() { BucketName = _options.Bucket, Key = key, UploadId = upload, PartETags = sent }, cancellationToken);
            upload = null;
        }
        finally
        {
            if (upload is not null)
                await Abort(key, upload);
        }

        async Task Send()
        {
            piece.Position = 0;
            var answer = await client.UploadPartAsync(new()
            {
                BucketName = _options.Bucket,
                Key = key,
                UploadId = upload,
                PartNumber = sent.Count + 1,
                PartSize = piece.Length,
                InputStream = piece,
                UseChunkEncoding = false,
            }, cancellationToken);
            sent.Add(new(sent.Count + 1, answer.ETag));
            piece.SetLength(0);
        }
    }

    public async IAsyncEnumerable<byte[]> Read(Guid id, string provider, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var answer = await client.GetObjectAsync(_options.Bucket, Key(id, provider), cancellationToken);
        var length = new byte[sizeof(int)];
        while (await answer.ResponseStream.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancellationToken) == length.Length)
        {
            var part = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            await answer.ResponseStream.ReadExactlyAsync(part, cancellationToken);
            yield return part;
        }
    }

    public Task Remove(Guid id, string provider, CancellationToken cancellationToken) =>
        client.DeleteObjectAsync(_options.Bucket, Key(id, provider), cancellationToken);

    public async IAsyncEnumerable<(Guid Id, string Provider)> OlderThan(DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListObjectsV2Request page = new() { BucketName = _options.Bucket, Prefix = _options.Prefix };
        do
        {
            var answer = await client.ListObjectsV2Async(page, cancellationToken);
            foreach (var each in answer.S3Objects ?? [])
            {
                if (each.LastModified < before.UtcDateTime && each.Key[_options.Prefix.Length..].Split('/') is [var provider, var name] && Guid.TryParse(name, out var id))
                    yield return (id, provider);
            }

            page.ContinuationToken = answer.NextContinuationToken;
        }
        while (page.ContinuationToken is not null);
    }

    // What ended the upload is reported. Pieces that cannot be removed now are no object, and a lifecycle rule of the bucket removes them.
    private async Task Abort(string key, string upload)
    {
        try
        {
            await client.AbortMultipartUploadAsync(_options.Bucket, key, upload, CancellationToken.None);
        }
        catch (Exception fault) when (fault is AmazonServiceException or HttpRequestException)
        {
        }
    }

    private string Key(Guid id, string provider) => $"{_options.Prefix}{provider}/{id}";
}
