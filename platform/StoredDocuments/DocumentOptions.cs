using Ips.Contracts.Common.V1;

namespace Ips.Platform.StoredDocuments;

/// <summary>Where documents are stored and what is taken; section <c>Documents</c> of the configuration.</summary>
public sealed class DocumentOptions
{
    /// <summary>The largest document, in bytes.</summary>
    public long MostBytes { get; set; } = 25 * 1024 * 1024;

    /// <summary>How long a document is stored at least: ten years (42 CFR 438.3(u)).</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays((10 * 365) + 3);

    /// <summary>Whether a document is delivered, and counts in rules, although no scanner has seen it.</summary>
    public bool DeliverUnscanned { get; set; } = true;

    /// <summary>Whether a request may name a document by the code of its kind, of which a specimen is then stored: in a sandbox, so that one call tries a request.</summary>
    public bool Specimens { get; set; }

    /// <summary>Address of clamd, <c>host:port</c>; empty: the service runs without a scanner.</summary>
    public string Scanner { get; set; } = "";

    /// <summary>The longest answer of the scanner.</summary>
    public TimeSpan ScanTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often documents that no scan has seen are scanned.</summary>
    public TimeSpan ScanEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How old bytes are that no document has before the retention sweep removes them: an upload does not take longer.</summary>
    public TimeSpan UploadTime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The S3 endpoint; without its address the service's own database stores the bytes.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Whether bytes with this state are delivered and count in rules.</summary>
    public bool IsUsable(DocumentScan scan) => scan == DocumentScan.Clean || (scan == DocumentScan.NotScanned && DeliverUnscanned);
}

/// <summary>An S3-compatible endpoint.</summary>
public sealed class S3Options
{
    /// <summary>Its address, such as <c>https://s3.us-east-1.amazonaws.com</c>; empty: none.</summary>
    public string Address { get; set; } = "";

    /// <summary>The region of the signature.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket, which exists; each service has its own, or a prefix of its own.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>What the keys of objects begin with.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The access key.</summary>
    public string AccessKey { get; set; } = "";

    /// <summary>Its secret.</summary>
    public string SecretKey { get; set; } = "";
}
